import { queryOptions, useQueryClient } from '@tanstack/react-query';
import {
  AlignLeft,
  Banknote,
  Building2,
  Calendar,
  CalendarClock,
  CircleDot,
  Hash,
  KeyRound,
  Link2,
  ListChecks,
  type LucideIcon,
  MapPin,
  Phone,
  ToggleLeft,
  Type,
  UserRound,
} from 'lucide-react';
import { get } from '@/api/client';
import type { RecordKind } from '@/api/shared';
import type { Items, OwnField, OwnKind } from '@/api/types';
import { language } from '@/app/words';

/** Whose fields a company may add to, in the order of the chooser. */
export const RECORDS = ['customer', 'contact', 'follow-up', 'order', 'need', 'feedback', 'task'] as const satisfies RecordKind[];
export const recordOf = (of: string | undefined): RecordKind => RECORDS.find((r) => r === of) ?? 'customer';

export const ownFieldsQuery = (of: RecordKind) =>
  queryOptions({
    queryKey: ['own-fields', of],
    queryFn: async () => (await get<Items<OwnField>>(`/fields/${of}/custom`)).items,
  });

export const KINDS: { kind: OwnKind; icon: LucideIcon }[] = [
  { kind: 'text', icon: Type },
  { kind: 'long_text', icon: AlignLeft },
  { kind: 'number', icon: Hash },
  { kind: 'money', icon: Banknote },
  { kind: 'date', icon: Calendar },
  { kind: 'datetime', icon: CalendarClock },
  { kind: 'choice', icon: CircleDot },
  { kind: 'choices', icon: ListChecks },
  { kind: 'boolean', icon: ToggleLeft },
  { kind: 'user', icon: UserRound },
  { kind: 'customer', icon: Building2 },
  { kind: 'region', icon: MapPin },
  { kind: 'url', icon: Link2 },
  { kind: 'phone', icon: Phone },
  { kind: 'secret', icon: KeyRound },
];
export const iconOf = (kind: OwnKind): LucideIcon => KINDS.find((k) => k.kind === kind)?.icon ?? Type;

/** What it is called in the language of the screen. */
export const nameOf = (f: OwnField): string => (language() === 'en' && f.label_en) || f.label;

/** What may be said of which kind; the server says the same. */
export const chosen = (kind: OwnKind) => kind === 'choice' || kind === 'choices';
export const mayBeUnique = (kind: OwnKind) => ['text', 'number', 'date', 'url', 'phone'].includes(kind);
/** Kept sealed whatever is asked; a text is where somebody says so. */
export const isSealed = (kind: OwnKind, sensitive: boolean) => sensitive || ['long_text', 'phone', 'secret'].includes(kind);
export const isMasked = (kind: OwnKind, sensitive: boolean) => isSealed(kind, sensitive) && kind !== 'long_text';

/** Every form, list, filter and sheet is made from the fields: whoever changes one asks for all of them anew. */
export function useFresh() {
  const client = useQueryClient();
  return () =>
    Promise.all(
      [['own-fields'], ['fields'], ['required-fields'], ['built-in-fields'], ['personal-fields'], ['dictionaries'], ['import-fields']].map(
        (queryKey) => client.invalidateQueries({ queryKey }),
      ),
    );
}

/** The order of the list with one field a place higher or lower among those of its heading; null where there is none. */
export function moved(all: OwnField[], id: string, by: 1 | -1): OwnField[] | null {
  const at = all.findIndex((f) => f.id === id);
  const me = all[at];
  if (!me) return null;
  for (let i = at + by; i >= 0 && i < all.length; i += by) {
    const other = all[i];
    if (!other || (other.group ?? '') !== (me.group ?? '') || other.active !== me.active) continue;
    const next = [...all];
    next[at] = other;
    next[i] = me;
    return next;
  }
  return null;
}
/** Which positions have to be said anew, so that the list stands in this order. */
export const positions = (order: OwnField[]): { field: OwnField; position: number }[] =>
  order.map((field, i) => ({ field, position: (i + 1) * 10 })).filter((x) => x.field.position !== x.position);
