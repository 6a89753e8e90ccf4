/** The records as HTTP answers them: the one place to swap for types made from api/openapi.json. */
export type List<T> = { items: T[]; next: string | null; prev: string | null; total?: number; total_capped?: boolean };
export type Items<T> = { items: T[] };

export type Me = {
  id: string;
  login: string;
  name: string;
  department: { id: string; name: string } | null;
  roles: { id: string; code: string; name: string }[];
  permissions: string[];
  fields: Record<string, 'shown' | 'masked' | 'hidden'>;
  company: string;
  kind: 'demo' | 'production';
  timezone: string;
};
export type Session = { user: Me; must_change_password: boolean };
export type Setup = { needed: boolean; kind: 'demo' | 'production'; company: string };
export type Device = { id: string; created_at: string; seen_at: string; agent: string; address: string; current: boolean };

export type Colleague = { id: string; name: string; department_id: string | null; department_name: string | null; state: string };
export type Department = {
  id: string;
  name: string;
  parent_id: string | null;
  leader_id: string | null;
  position: number;
  version: number;
};
export type User = {
  id: string;
  login: string;
  name: string;
  employee_no: string | null;
  department_id: string | null;
  department_name: string | null;
  role_ids: string[];
  state: 'active' | 'disabled' | 'left';
  mobile: string | null;
  email: string | null;
  last_login_at: string | null;
  version: number;
};
export type Scope = 'own' | 'department' | 'tree' | 'departments' | 'all';
export type Role = {
  id: string;
  code: string;
  name: string;
  builtin: boolean;
  scope: Scope;
  department_ids: string[];
  permissions: string[];
  fields: Record<string, string>;
  version: number;
};

export type FieldKind =
  | 'text'
  | 'long_text'
  | 'integer'
  | 'money'
  | 'date'
  | 'datetime'
  | 'choice'
  | 'choices'
  | 'boolean'
  | 'user'
  | 'department'
  | 'region'
  | 'industry'
  | 'stage'
  | 'url'
  | 'rows'
  | 'customer';
export type Field = {
  name: string;
  label: string;
  group: string;
  kind: FieldKind;
  dictionary: string | null;
  required: boolean;
  read_only: boolean;
  sortable: boolean;
  filterable: boolean;
  operators: string[];
  list: boolean;
  default_column: boolean;
};
export type Value = {
  code: string;
  label: string;
  color: string | null;
  parent: string | null;
  position: number;
  active: boolean;
  hint?: string | null;
  version?: number;
};
export type Dictionary = { code: string; name: string; fixed: boolean; values: Value[] };
export type Industry = { code: string; name: string; parent: string | null };
export type Region = { code: string; name: string; parent: string | null; level: 'province' | 'prefecture' | 'county'; area: string };
export type Stage = {
  id: string;
  code: string;
  name: string;
  phase: 'lead' | 'deal' | 'service' | 'lost';
  status: string;
  tone: string;
  probability: number;
  position: number;
  next: string[];
};
export type Pipeline = { id: string; subject: string; name: string; stages: Stage[] };
export type Pool = { id: string; name: string; member: boolean };
export type Setting = { key: string; value: unknown; default: unknown; kind: string; group: string };
export type Numbering = {
  series: string;
  name?: string;
  pattern: string;
  sample?: string;
  default?: string;
  offered?: string[];
  version: number;
};
export type AuditEntry = {
  id: string;
  at: string;
  who?: string | null;
  who_name?: string | null;
  action: string;
  kind?: string | null;
  record_id?: string | null;
  record_name?: string | null;
  address?: string | null;
  detail?: unknown;
  details?: Record<string, unknown> | null;
  changes?: { field: string; old?: unknown; new?: unknown }[];
  customer_id?: string | null;
};

export type Review = 'draft' | 'pending' | 'effective' | 'returned';
export type Competitor = { name: string; price_fen: number | null; strengths: string | null; note: string | null };
export type Rights = {
  change: boolean;
  add: boolean;
  transfer: boolean;
  claim: boolean;
  release?: boolean;
  reveal: boolean;
  delete: boolean;
};
export type Customer = {
  id: string;
  code: string;
  name: string;
  short_name: string | null;
  kind: 'enterprise' | 'individual' | 'institution';
  credit_code: string | null;
  industry: string | null;
  size: string | null;
  region: string | null;
  area: string | null;
  source: string | null;
  status: string;
  stage: string;
  stage_entered_at: string | null;
  grade: string | null;
  intent: string | null;
  strategic: boolean;
  tags: string[];
  budget_from_fen: number | null;
  budget_to_fen: number | null;
  competitors?: Competitor[] | null;
  owner_id: string | null;
  owner_name: string | null;
  department_id: string | null;
  department_name: string | null;
  creator_id: string | null;
  creator_name: string | null;
  pool_id: string | null;
  review: Review;
  completeness: number;
  missing: string[];
  custom: Record<string, unknown>;
  last_follow_up_at: string | null;
  next_follow_up_at: string | null;
  reactivated: boolean;
  created_at: string;
  updated_at: string;
  version: number;
  deleted_at: string | null;
  primary_contact?: {
    id: string;
    name: string;
    title: string | null;
    mobile: string | null;
    phone?: string | null;
    wechat?: string | null;
  } | null;
  /** Only on the record itself; a list says nothing about rights. */
  may?: Rights;
  contacts_count?: number;
  open_tasks_count?: number;
  follow_ups_count?: number;
  suspects?: unknown[];
  [field: string]: unknown;
};
/** One customer's own answer: it says what this viewer may do. */
export type CustomerRecord = Customer & { may: Rights; contacts_count: number; open_tasks_count: number };
export type Move = {
  from: string | null;
  to: string;
  at: string;
  by_name: string;
  reason: string | null;
  note: string | null;
  days: number | null;
};
export type Collaborator = { id: string; user_id: string; name: string; department_name: string | null; kind: string; since: string };
export type Change = { id: string; at: string; who: string; action: string; changes: { field: string; old: unknown; new: unknown }[] };

export type Contact = {
  id: string;
  customer_id: string;
  customer_name?: string;
  name: string;
  salutation: string | null;
  title: string | null;
  department: string | null;
  mobile: string | null;
  phone: string | null;
  email: string | null;
  wechat: string | null;
  preferred_channel: string | null;
  role: string | null;
  influence: string | null;
  attitude: string | null;
  reports_to: string | null;
  birthday: string | null;
  note: string | null;
  primary: boolean;
  version: number;
};
export type ContactField = 'mobile' | 'phone' | 'email' | 'wechat';
export type Revealed = { value: string; expires_at: string };

export type Promised = { id?: string; by: 'us' | 'customer'; what: string; due_on: string | null; kept?: boolean | null };
export type FollowUp = {
  id: string;
  code: string;
  customer_id: string;
  customer_name: string;
  happened_at: string;
  recorded_at: string;
  method: string;
  kind: string | null;
  outcome: string | null;
  content: string;
  conclusion: string | null;
  quote: string | null;
  contact_ids: string[];
  contacts: { id: string; name: string }[];
  companion_ids: string[];
  companions: { id: string; name: string }[];
  next_step: { what: string; owner_id: string | null; due_on: string | null; task_id?: string | null } | null;
  next_follow_up_at: string | null;
  promises: Promised[];
  author_id: string;
  author_name: string;
  late: boolean;
  imported: boolean;
  correctable: boolean;
  corrects: string | null;
  corrections: { id: string; at: string; by_name: string; content: string }[];
  version: number;
};
export type Happening = {
  id: string;
  kind: 'follow_up' | 'move' | 'change' | 'task' | 'contact' | 'created' | 'transfer';
  at: string;
  by_name: string | null;
  follow_up: FollowUp | null;
  data: Record<string, unknown> | null;
};
export type PromiseItem = {
  id: string;
  by: 'us' | 'customer';
  what: string;
  due_on: string | null;
  kept: boolean | null;
  customer_id: string;
  customer_name: string;
  follow_up_id: string;
};
export type Task = {
  id: string;
  title: string;
  remark: string | null;
  owner_id: string;
  owner_name: string;
  creator_id: string | null;
  due_at: string | null;
  priority: string | null;
  customer_id: string | null;
  customer_name: string | null;
  follow_up_id: string | null;
  done_at: string | null;
  state: 'open' | 'done';
  overdue: boolean;
  version: number;
};
export type Found = {
  kind: 'customer' | 'contact' | 'task';
  id: string;
  title: string;
  subtitle: string | null;
  customer_id: string | null;
};
export type Home = {
  tasks_today: number;
  overdue: number;
  promises_week: number;
  untouched: number;
  waiting: number;
  recent: { id: string; name: string }[];
};
export type Problem = {
  type: string;
  title: string;
  status: number;
  detail?: string;
  code: string;
  id?: string;
  errors?: { field?: string; code?: string; message?: string; params?: Record<string, unknown> }[];
};
