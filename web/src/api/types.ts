import type { components } from './schema.gen';

/**
 * The records as HTTP answers them, made from api/openapi.json: what the document drops or renames does not compile here.
 * `As` says more than the document can: a field without a value that stands there as a plain reference, the codes a text is one of.
 */
type S = components['schemas'];
type As<T, More extends Partial<Record<keyof T, unknown>>> = Omit<T, keyof More> & More;

export type List<T> = { items: T[]; next: string | null; prev: string | null; total?: number; total_capped?: boolean };
export type Items<T> = { items: T[] };

export type Me = As<
  S['AccountMe'],
  { department: { id: string; name: string } | null; fields: Record<string, 'shown' | 'masked' | 'hidden'> }
>;
export type Session = As<S['DoorSignedIn'], { user: Me; look: S['DoorLook'] | null }>;
export type Setup = S['AccountSetUpState'];
export type Device = As<S['DoorOpenSession'], { created_at: string; seen_at: string }>;

export type Colleague = S['AccountColleague'];
export type Department = S['AccountDepartment'];
export type User = S['AccountUser'];
export type Role = S['AccountRole'];
export type Scope = Role['scope'];

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
  | 'customer'
  | 'number'
  | 'phone'
  | 'secret';
export type Field = As<S['CustomfieldField'], { kind: FieldKind; dictionary: string | null }>;
/** A field that the company added, as whoever manages them sees it. */
export type OwnKind = S['OwnNew']['kind'];
export type OwnTemplate = S['OwnOffered'];
export type RequiredRule = S['RequiredRule'];
export type RequiredSets = S['RequiredSets'];
export type BuiltInField = As<S['WordingField'], { kind: FieldKind }>;
export type PersonalField = S['WordingEntry'];
export type FieldWord = S['WordingSpoken'];
export type PageLayout = S['LayoutPage'];
export type RoleLayout = S['LayoutLayout'];
export type OwnField = As<S['OwnField'], { kind: OwnKind; default: unknown }>;
export type NewOwnField = As<S['OwnNew'], { default?: unknown }>;
export type Value = S['DictionaryValue'];
export type Dictionary = S['DictionaryDictionary'];
export type Industry = S['StandardTrade'];
export type Region = S['StandardPlace'];
export type Stage = S['DictionaryShownStage'];
export type Pipeline = S['DictionaryPipeline'];
export type Pool = S['PoolPool'];
export type Numbering = S['NumberingShown'];
export type AuditEntry = As<S['AuditShown'], { at: string; changes: Change[] }>;

export type Review = 'draft' | 'pending' | 'effective' | 'returned';
export type Competitor = S['ProfileCompetitor'];
export type Rights = S['CustomerRights'];
type Always = { review: Review; created_at: string; updated_at: string };
/** What a list says of a customer; only the record itself knows its people, long texts and what this viewer may do. */
export type Customer = As<S['CustomerSummary'], Always> & Partial<Omit<CustomerRecord, keyof S['CustomerSummary']>>;
export type CustomerRecord = As<S['CustomerCustomer'], Always & { primary_contact: Contact | null }>;
/** A field by its name in the catalogue, built in or the company's own. */
export const fieldOf = (c: Customer, name: string): unknown => (name in c ? (c as Record<string, unknown>)[name] : c.custom?.[name]);

export type Move = As<S['JourneyMoved'], { at: string }>;
export type Collaborator = As<S['CollaboratorMember'], { since: string }>;
/** One field of a change; the document leaves its values open. */
export type Change = As<S['AuditChange'], { old?: unknown; new?: unknown }>;

export type Contact = S['ContactContact'];
export type ContactField = 'mobile' | 'mobile2' | 'phone' | 'email' | 'wechat';
export type Revealed = S['DirectoryRevealed'];

export type Promised = { id?: string; by: 'us' | 'customer'; what: string; due_on: string | null; kept?: boolean | null };
export type FollowUp = As<
  S['FollowupFollowUp'],
  {
    happened_at: string;
    recorded_at: string;
    next_step: S['FollowupStep'] | null;
    corrections: As<S['FollowupCorrection'], { at: string }>[];
  }
>;
export type Need = As<S['NeedNeed'], { created_at: string }>;
export type Feedback = As<S['FeedbackFeedback'], { feedback_at: string; created_at: string }>;
export type Measure = S['FeedbackMeasure'];
export type OrderLine = Omit<S['OrderLine'], 'amount_fen'> & { amount_fen?: number | null };
export type Order = As<S['OrderOrder'], { lines: OrderLine[]; created_at: string }>;
export type Segment = S['SegmentSegment'];
export type SegmentStep = S['SegmentStep'];
export type SegmentMember = As<S['SegmentMember'], { since: string }>;
export type Standing = As<S['SegmentStanding'], { since: string }>;
export type SegmentFigure = S['SegmentFigure'];
export type Happening = As<
  S['TimelineItem'],
  { at: string; follow_up: FollowUp | null; need: Need | null; feedback: Feedback | null; data: Record<string, unknown> | null }
>;
export type PromiseItem = S['FollowupPromise'];
export type Task = S['TaskTask'];
export type Found = S['SearchHit'];
export type Home = S['TimelineHome'];
export type ReportUnit = S['ReportColumn']['unit'];
export type ReportFigure = S['ReportFigure'];
export type KeyFigure = S['ReportKeyFigure'];
export type Board = S['ReportBoard'];
export type Answer = S['ReportAnswer'];
export type Ask = S['ReportAsk'];
export type Period = S['ReportPeriod'];
export type StandardReport = S['ReportStandard'];
export type Operation = As<S['BulkOperation'], { problems: S['BulkProblem'][] }>;
export type SavedReport = As<S['ReportSaved'], { role_ids: string[] }>;
export type Mailing = As<S['MailingMailing'], { to: string[] }>;
export type MailingWhat = S['MailingWhat'];
export type Export = S['ExportExport'];
export type NewExport = As<Partial<S['ExportNew']>, { target: string; format: 'xlsx' | 'csv' }>;
export type Problem = Pick<S['Problem'], 'title' | 'status' | 'code'> &
  Partial<Omit<S['Problem'], 'errors'>> & { errors?: Partial<S['Wrong']>[] };

export type ArchiveFile = S['ArchiveFile'];
export type ArchiveRecord = As<S['ArchiveRecord'], { file: ArchiveFile | null }>;
export type ArchiveLoan = S['ArchiveLoan'];
export type ArchiveShelf = S['ArchiveShelf'];
export type Comment = As<S['CommentComment'], { at: string; mentions: S['CommentNamed'][] }>;
export type Reader = S['CommentNamed'];
export type Checked = As<S['QualityStanding'], { items: As<S['QualityCheck'], { at: string }>[] }>;
export type QualityLine = S['QualityLine'];
export type QualityFigure = S['QualityFigure'];
export type Quality = As<S['QualityState'], { departments: QualityLine[]; people: QualityLine[]; missed: S['QualityMissed'][] }>;
