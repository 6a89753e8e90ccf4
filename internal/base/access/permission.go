package access

// Permission is one thing a role may do: resource and act. Self is every signed-in
// person's right to what is their own, like sessions.
type Permission string

const (
	Public Permission = ""     // nobody need be signed in
	Self   Permission = "self" // whoever is signed in

	CustomerRead     Permission = "customer.read"
	CustomerCreate   Permission = "customer.create"
	CustomerWrite    Permission = "customer.write"
	CustomerSubmit   Permission = "customer.submit"
	CustomerReview   Permission = "customer.review"
	CustomerTransfer Permission = "customer.transfer"
	CustomerClaim    Permission = "customer.claim"
	CustomerRelease  Permission = "customer.release"
	CustomerDelete   Permission = "customer.delete"
	CustomerMerge    Permission = "customer.merge"
	CustomerArchive  Permission = "customer.archive"
	CustomerDestroy  Permission = "customer.destroy"
	CustomerImport   Permission = "customer.import"
	CustomerExport   Permission = "customer.export"
	CustomerOverride Permission = "customer.override"
	KeyDecide        Permission = "key.decide" // key changes of others: see crm/keychange
	ContactRead      Permission = "contact.read"
	ContactWrite     Permission = "contact.write"
	SensitiveReveal  Permission = "sensitive.reveal"
	FollowUpRead     Permission = "followup.read"
	FollowUpWrite    Permission = "followup.write"
	TaskRead         Permission = "task.read"
	TaskWrite        Permission = "task.write"
	OpportunityRead  Permission = "opportunity.read"
	OpportunityWrite Permission = "opportunity.write"
	ContractRead     Permission = "contract.read"
	ContractWrite    Permission = "contract.write"
	OrderRead        Permission = "order.read"
	OrderWrite       Permission = "order.write"
	PaymentRead      Permission = "payment.read"
	PaymentWrite     Permission = "payment.write"
	QuoteRead        Permission = "quote.read"
	QuoteWrite       Permission = "quote.write"
	InvoiceRead      Permission = "invoice.read"
	InvoiceWrite     Permission = "invoice.write"
	NeedRead         Permission = "need.read"
	NeedWrite        Permission = "need.write"
	FeedbackRead     Permission = "feedback.read"
	FeedbackWrite    Permission = "feedback.write"
	TicketRead       Permission = "ticket.read"
	TicketWrite      Permission = "ticket.write"
	AmountRead       Permission = "amount.read"
	SegmentWrite     Permission = "segment.write"
	ReportRead       Permission = "report.read"
	ReviewRead       Permission = "review.read"
	ReviewWrite      Permission = "review.write"
	AuditRead        Permission = "audit.read"
	AuditExport      Permission = "audit.export"
	PrivacyManage    Permission = "privacy.manage"
	UserManage       Permission = "user.manage"
	RoleManage       Permission = "role.manage"
	DepartmentManage Permission = "department.manage"
	DictionaryManage Permission = "dictionary.manage"
	FieldManage      Permission = "field.manage"
	NumberingManage  Permission = "numbering.manage"
	PoolManage       Permission = "pool.manage"
	SettingManage    Permission = "setting.manage"
	BackupManage     Permission = "backup.manage"
	TokenManage      Permission = "token.manage"
)

// Permissions are all that a role can carry, in the order a screen shows them.
var Permissions = []Permission{
	CustomerRead, CustomerCreate, CustomerWrite, CustomerSubmit, CustomerReview, CustomerTransfer, CustomerClaim, CustomerRelease,
	CustomerDelete, CustomerMerge, CustomerArchive, CustomerDestroy, CustomerImport, CustomerExport, CustomerOverride, KeyDecide,
	ContactRead, ContactWrite, SensitiveReveal, FollowUpRead, FollowUpWrite, TaskRead, TaskWrite,
	OpportunityRead, OpportunityWrite, ContractRead, ContractWrite, OrderRead, OrderWrite, PaymentRead, PaymentWrite,
	QuoteRead, QuoteWrite, InvoiceRead, InvoiceWrite, NeedRead, NeedWrite, FeedbackRead, FeedbackWrite, TicketRead, TicketWrite,
	AmountRead, SegmentWrite, ReportRead, ReviewRead, ReviewWrite, AuditRead, AuditExport, PrivacyManage,
	UserManage, RoleManage, DepartmentManage, DictionaryManage, FieldManage, NumberingManage, PoolManage, SettingManage, BackupManage, TokenManage,
}

// Scope is how far a role's permissions reach.
type Scope string

const (
	Own         Scope = "own"         // the rows I own
	Department  Scope = "department"  // … anyone in my department owns
	Tree        Scope = "tree"        // … and in the departments under it
	Departments Scope = "departments" // … and in those named on the role
	All         Scope = "all"
)

// Visibility is how a role sees a group of fields. The zero value hides.
type Visibility int

const (
	Hidden Visibility = iota
	Masked
	Shown
)

var visibilities = []string{"hidden", "masked", "shown"}

func (v Visibility) String() string { return visibilities[v] }

// SeenAs reads "shown", "masked" or "hidden"; anything else hides.
func SeenAs(s string) Visibility {
	for i, name := range visibilities {
		if name == s {
			return Visibility(i)
		}
	}
	return Hidden
}

// Group is a set of fields that a role sees alike.
type Group string

const (
	Open          Group = "" // shown to whoever sees the row
	ContactValues Group = "contact_values"
	Amounts       Group = "amounts"
	Bank          Group = "bank"
	FreeText      Group = "free_text"
	Custom        Group = "custom"
)

var Groups = []Group{ContactValues, Amounts, Bank, FreeText, Custom}
