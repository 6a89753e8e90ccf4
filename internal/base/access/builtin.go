package access

// Builtin is a role that ships. Its words stand in locale under role.<code>.
type Builtin struct {
	Code   string
	Scope  Scope
	May    []Permission
	Fields map[Group]Visibility
}

// Builtins are the roles of DOMAIN §1 and DECISIONS, in the order a screen shows them.
var Builtins = []Builtin{
	{"sales", Own, with(CustomerRead, CustomerCreate, CustomerWrite, CustomerSubmit, CustomerClaim, CustomerRelease, CustomerTransfer, CustomerImport,
		ContactRead, ContactWrite, SensitiveReveal, FollowUpRead, FollowUpWrite, OpportunityRead, OpportunityWrite, ContractRead, ContractWrite, OrderRead, OrderWrite,
		PaymentRead, QuoteRead, QuoteWrite, NeedRead, NeedWrite, FeedbackRead, FeedbackWrite, TicketRead, AmountRead, ReportRead, ReviewRead), all(Shown, Bank, Masked)},
	{"sales_lead", Tree, with(CustomerRead, CustomerCreate, CustomerWrite, CustomerSubmit, CustomerReview, CustomerClaim, CustomerRelease, CustomerTransfer, CustomerDelete,
		CustomerImport, CustomerExport, CustomerMerge, CustomerArchive, CustomerOverride, ContactRead, ContactWrite, SensitiveReveal, FollowUpRead, FollowUpWrite,
		OpportunityRead, OpportunityWrite, ContractRead, ContractWrite, OrderRead, OrderWrite, PaymentRead, QuoteRead, QuoteWrite, NeedRead, NeedWrite,
		FeedbackRead, FeedbackWrite, TicketRead, TaskRead, TaskWrite, AmountRead, SegmentWrite, ReportRead, ReviewRead, ReviewWrite), all(Shown, Bank, Masked)},
	{"service", All, with(CustomerRead, CustomerCreate, ContactRead, SensitiveReveal, FollowUpRead, FollowUpWrite, OrderRead, ContractRead,
		NeedRead, NeedWrite, FeedbackRead, FeedbackWrite, TicketRead, TicketWrite), fields(Shown, Hidden, Hidden, Shown, Shown)},
	{"finance", All, with(CustomerRead, ContractRead, ContractWrite, PaymentRead, PaymentWrite, InvoiceRead, InvoiceWrite, OrderRead, AmountRead), fields(Masked, Shown, Shown, Masked, Masked)},
	{"hr", All, with(UserManage, DepartmentManage), nil},
	{"marketing", All, with(CustomerRead, ContactRead, SegmentWrite, ReportRead), fields(Masked, Hidden, Hidden, Masked, Masked)},
	{"executive", All, with(CustomerRead, CustomerExport, ContactRead, FollowUpRead, OpportunityRead, ContractRead, OrderRead, PaymentRead, QuoteRead, NeedRead,
		FeedbackRead, TicketRead, AmountRead, ReportRead, ReviewRead, ReviewWrite), fields(Masked, Shown, Masked, Shown, Shown)},
	{"auditor", All, []Permission{AuditRead, AuditExport}, fields(Masked, Hidden, Masked, Masked, Masked)},
	{"administrator", All, Permissions, all(Shown, Bank, Shown)},
}

func with(p ...Permission) []Permission { return p }

func fields(contact, amounts, bank, text, custom Visibility) map[Group]Visibility {
	return map[Group]Visibility{ContactValues: contact, Amounts: amounts, Bank: bank, FreeText: text, Custom: custom}
}

func all(v Visibility, but Group, as Visibility) map[Group]Visibility {
	f := fields(v, v, v, v, v)
	f[but] = as
	return f
}
