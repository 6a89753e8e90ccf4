import type { AuditEntry, Field } from '@/api/types';
import { word, wordOr } from '@/app/words';

export const who = (e: AuditEntry) => e.who || '—';
export const what = (e: AuditEntry) => wordOr(`audit.action.${e.action}`, e.action);
export const kindOf = (e: AuditEntry) => (e.kind ? wordOr(`audit.kind.${e.kind}`, e.kind) : '—');
export const named = (e: AuditEntry): string =>
  [e.kind && kindOf(e), e.details?.name ?? e.details?.code].filter((x) => typeof x === 'string' && x).join(' · ') || '—';
/** `fields` are those of customers: a company's own are called by their labels, not by their codes. */
export const fieldOf = (e: AuditEntry, field: string, fields?: Field[]) =>
  field.startsWith('x_')
    ? (fields?.find((f) => f.name === field)?.label ?? word('field.label.gone'))
    : wordOr(`${e.kind}.field.${field}`, wordOr(`audit.also.${field}`, field));

export const show = (v: unknown): string =>
  v === null || v === undefined || v === ''
    ? '—'
    : typeof v === 'boolean'
      ? word(v ? 'app.label.yes' : 'app.label.no')
      : Array.isArray(v)
        ? v.map(show).join(word('app.sign.list'))
        : typeof v === 'object'
          ? Object.entries(v)
              .map(([key, x]) => `${wordOr(`audit.also.${key}`, key)} ${show(x)}`)
              .join(word('app.sign.list'))
          : String(v);

/** Of a field that somebody added: whose it is and of which kind, in words. */
export const showOf = (e: AuditEntry, key: string, v: unknown): string =>
  e.kind === 'field' && typeof v === 'string' && key === 'record'
    ? wordOr(`audit.kind.${v}`, v)
    : e.kind === 'field' && typeof v === 'string' && key === 'kind'
      ? wordOr(`field.kind.${v}`, v)
      : show(v);

/** What an entry tells besides its differences; its name stands elsewhere. */
export const also = (e: AuditEntry) => Object.entries(e.details ?? {}).filter(([key]) => key !== 'name' && key !== 'code');

export const detail = (e: AuditEntry, fields?: Field[]) =>
  [
    ...(e.changes ?? []).map(
      (c) =>
        `${fieldOf(e, c.field, fields)} ${c.old === undefined && c.new === undefined ? word('field.state.changed') : `${show(c.old)} → ${show(c.new)}`}`,
    ),
    ...also(e).map(([key, v]) => `${fieldOf(e, key)} ${showOf(e, key, v)}`),
  ].join(' · ');
