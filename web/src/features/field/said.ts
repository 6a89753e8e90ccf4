import { Refused, said as sentence } from '@/api/client';
import type { RecordKind } from '@/api/shared';
import type { NewOwnField, OwnField, OwnKind } from '@/api/types';
import { word } from '@/app/words';
import { type Errors, errorsOf } from '@/features/customer/save';
import { chosen, isMasked, isSealed, mayBeUnique } from './data';
import { numeric } from './own';

/** What stands in the drawer while somebody says what a field is. */
export type Said = {
  kind: OwnKind;
  label: string;
  label_en: string;
  group: string;
  help: string;
  unit: string;
  decimals: number;
  words: string;
  dictionary: string | null;
  sensitive: boolean;
  purpose: string;
  retention_months: number;
  required: boolean;
  unique: boolean;
  list: boolean;
  search: boolean;
  see_roles: string[];
  edit_roles: string[];
  kinds: string[];
  industries: string[];
  default: unknown;
};

export const blank = (kind: OwnKind, group = ''): Said => ({
  kind,
  label: '',
  label_en: '',
  group,
  help: '',
  unit: '',
  decimals: 0,
  words: '',
  dictionary: null,
  sensitive: false,
  purpose: '',
  retention_months: 0,
  required: false,
  unique: false,
  list: true,
  search: false,
  see_roles: [],
  edit_roles: [],
  kinds: [],
  industries: [],
  default: null,
});
export const saidOf = (f: OwnField): Said => ({
  ...blank(f.kind),
  label: f.label,
  label_en: f.label_en ?? '',
  group: f.group ?? '',
  help: f.help ?? '',
  unit: f.unit ?? '',
  decimals: f.decimals,
  dictionary: f.dictionary,
  sensitive: f.sensitive,
  purpose: f.purpose ?? '',
  retention_months: f.retention_months,
  required: f.required,
  unique: f.unique,
  list: f.list,
  search: f.search,
  see_roles: f.see_roles,
  edit_roles: f.edit_roles,
  kinds: f.kinds,
  industries: f.industries,
  default: f.default ?? null,
});

/** The words of a choice, one a line. */
export const wordsOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** Words of its own get their codes on the server, so only a field that stands can begin with one of them. */
export const mayDefault = (s: Said, stands: boolean): boolean =>
  !isSealed(s.kind, s.sensitive) && !s.unique && s.kind !== 'customer' && (!chosen(s.kind) || stands || !!s.dictionary);
export const mayList = (kind: OwnKind) => kind !== 'long_text' && kind !== 'secret';
/** The word index finds customers alone. */
export const maySeek = (s: Said, of: RecordKind = 'customer') => s.kind === 'text' && !s.sensitive && of === 'customer';

/** What its kind has no room for is not sent, whatever was said before the kind was changed. */
export function bodyOf(s: Said, stands: boolean, of: RecordKind = 'customer'): Omit<NewOwnField, 'kind'> {
  const { label, label_en, group, help, purpose, see_roles, edit_roles } = s;
  const { kinds, industries } = of === 'customer' ? s : { kinds: [], industries: [] };
  return {
    label: label.trim(),
    label_en: label_en.trim(),
    group: group.trim(),
    help: help.trim(),
    unit: s.kind === 'number' ? s.unit.trim() : '',
    required: s.required && s.kind !== 'boolean',
    unique: s.unique && mayBeUnique(s.kind),
    list: s.list && mayList(s.kind),
    search: s.search && maySeek(s, of),
    purpose: isSealed(s.kind, s.sensitive) ? purpose.trim() : '',
    retention_months: isSealed(s.kind, s.sensitive) ? s.retention_months : 0,
    see_roles,
    edit_roles,
    kinds,
    industries,
    default: mayDefault(s, stands) && s.default !== '' ? s.default : null,
    ...(stands
      ? {}
      : {
          decimals: s.kind === 'number' ? s.decimals : 0,
          sensitive: s.sensitive && isMasked(s.kind, true) && s.kind === 'text',
          ...(chosen(s.kind) ? (s.dictionary ? { dictionary: s.dictionary } : { choices: wordsOf(s.words) }) : {}),
        }),
  };
}

/** What can be told before the server is asked. */
export function check(s: Said, stands: boolean): Errors {
  const found: Errors = {};
  const need = (field: string, label: string) => {
    found[field] = word('app.error.required', { label });
  };
  if (!s.label.trim()) need('label', word('field.field.label'));
  const words = wordsOf(s.words);
  if (!stands && chosen(s.kind) && s.dictionary === '') need('choices', word('field.field.dictionary'));
  if (!stands && chosen(s.kind) && s.dictionary === null && (words.length < 1 || new Set(words).size < words.length))
    found.choices = word(words.length ? 'field.error.twice' : 'field.error.no_choices');
  if (isSealed(s.kind, s.sensitive) && !s.purpose.trim()) need('purpose', word('field.field.purpose'));
  return found;
}

const AT = new Set([
  'label',
  'label_en',
  'group',
  'help',
  'unit',
  'decimals',
  'choices',
  'dictionary',
  'purpose',
  'required',
  'unique',
  'search',
]);
const AT_MORE = new Set(['sensitive', 'see_roles', 'edit_roles', 'kinds', 'industries', 'default', 'kind']);

/** A refusal in the words of this drawer, each at its field. */
export function refusals(e: unknown, decimals: number): Errors {
  const found = errorsOf(e, (f) => AT.has(f) || AT_MORE.has(f));
  if (!(e instanceof Refused)) return found;
  for (const x of e.problem.errors ?? []) {
    if (x.field === 'label' && x.code === 'duplicate_same') found.label = word('field.error.label_taken');
    if (x.field === 'default' && x.code === 'bad_number') found.default = numeric(decimals);
    if (x.field === 'choices') found.choices = word('field.error.twice');
    if (x.code === 'required' && x.field === 'purpose') found.purpose = word('app.error.required', { label: word('field.field.purpose') });
  }
  if (e.code === 'held_twice') return { unique: sentence(e) };
  return found;
}
