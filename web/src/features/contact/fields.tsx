import { useQuery } from '@tanstack/react-query';
import { useFields } from '@/api/shared';
import type { Contact, Field } from '@/api/types';
import { useWord } from '@/app/words';
import { under } from '@/features/chain/tree';
import { LikeHint } from '@/features/duplicate/hint';
import { FieldInput } from '@/kit/fieldinput';
import { FormField } from '@/kit/inputs';
import { Select } from '@/kit/pick';
import { contactsOf } from './data';

export type ContactDraft = Partial<Record<keyof Contact, unknown>>;
export const FIRST: (keyof Contact)[] = ['name', 'title', 'mobile', 'wechat', 'role', 'attitude'];
/** The law wants the least that the work needs: whose number it is stands at the fields. */
const WORK: (keyof Contact)[] = ['mobile', 'mobile2', 'phone'];
/** Choices that want the whole width. */
const WIDE: (keyof Contact)[] = ['role', 'preferred_channel', 'consent'];
const kinds: Partial<Record<keyof Contact, Pick<Field, 'kind' | 'dictionary'>>> = {
  role: { kind: 'choice', dictionary: 'contact_role' },
  attitude: { kind: 'choice', dictionary: 'attitude' },
  influence: { kind: 'choice', dictionary: 'influence' },
  wechat_state: { kind: 'choice', dictionary: 'wechat_state' },
  preferred_channel: { kind: 'choice', dictionary: 'preferred_channel' },
  consent: { kind: 'choice', dictionary: 'consent' },
  consent_on: { kind: 'date', dictionary: null },
  salutation: { kind: 'choice', dictionary: 'salutation' },
  birthday: { kind: 'date', dictionary: null },
  note: { kind: 'long_text', dictionary: null },
};

/** The catalogue where it knows the field; contacts are asked for before the catalogue has arrived, too. */
export function useContactField() {
  const t = useWord();
  const fields = useFields('contact');
  return (name: keyof Contact): Pick<Field, 'name' | 'label' | 'kind' | 'dictionary'> => {
    const f = fields?.find((x) => x.name === name);
    const known = kinds[name];
    return {
      name,
      label: f?.label ?? t(`contact.field.${name}` as never),
      kind: known?.kind ?? (f?.kind === 'choice' && f.dictionary !== 'title' ? 'choice' : 'text'),
      dictionary: known?.dictionary ?? f?.dictionary ?? null,
    };
  };
}

export const contactBody = (draft: ContactDraft, name?: string): ContactDraft | null => {
  const filled = Object.fromEntries(Object.entries(draft).filter(([, v]) => v !== null && v !== undefined && v !== ''));
  if (!Object.keys(filled).length) return null;
  return { ...filled, name: filled.name ?? name };
};

export function ContactFields({
  draft,
  onChange,
  errors,
  names = FIRST,
  prefix = '',
  nameless,
  start,
  customer,
}: {
  draft: ContactDraft;
  onChange: (draft: ContactDraft) => void;
  errors: Record<string, string>;
  names?: (keyof Contact)[];
  prefix?: string;
  nameless?: boolean;
  start?: Contact;
  /** Whose people may be somebody's chief; new customers have none yet. */
  customer?: string;
}) {
  const t = useWord();
  const field = useContactField();
  return (
    <div className="grid2">
      {names
        .filter((n) => !(nameless && n === 'name'))
        .map((name) => {
          const f = field(name);
          const error = errors[prefix + name];
          return (
            <div key={name} className={f.kind === 'long_text' || WIDE.includes(name) ? 'full' : undefined}>
              <FormField
                name={prefix + name}
                label={f.label}
                error={error}
                optional={name !== 'name'}
                // people of a new customer, as its form has them
                help={
                  WORK.includes(name) && (
                    <>
                      {t('contact.hint.work_only')}
                      {prefix && name === 'mobile' && <LikeHint ask={{ phone: String(draft.mobile ?? '') }} />}
                    </>
                  )
                }
              >
                {(id) =>
                  name === 'reports_to' ? (
                    <Chief
                      id={id}
                      customer={customer}
                      self={start?.id}
                      value={(name in draft ? draft[name] : (start?.[name] ?? null)) as string | null}
                      onChange={(v) => onChange({ ...draft, [name]: v })}
                      invalid={!!error}
                    />
                  ) : (
                    <FieldInput
                      id={id}
                      field={f}
                      value={name in draft ? draft[name] : (start?.[name] ?? null)}
                      onChange={(v) => onChange({ ...draft, [name]: v })}
                      invalid={!!error}
                    />
                  )
                }
              </FormField>
            </div>
          );
        })}
    </div>
  );
}

/** Whom somebody reports to: one of this customer's people, and nobody who reports to him. */
function Chief({
  id,
  customer,
  self,
  value,
  onChange,
  invalid,
}: {
  id: string;
  customer: string | undefined;
  self: string | undefined;
  value: string | null;
  onChange: (next: string | null) => void;
  invalid: boolean;
}) {
  const t = useWord();
  const { data } = useQuery({ ...contactsOf(customer ?? ''), enabled: !!customer });
  const mine = self ? under(data ?? [], self) : new Set<string>();
  return (
    <Select
      id={id}
      value={value}
      invalid={invalid}
      placeholder={t('contact.hint.chief')}
      options={(data ?? []).filter((p) => !mine.has(p.id)).map((p) => ({ value: p.id, label: p.name, hint: p.title ?? undefined }))}
      onChange={(next) => onChange(typeof next === 'string' ? next : null)}
    />
  );
}
