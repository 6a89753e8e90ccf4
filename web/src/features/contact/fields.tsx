import { useFields } from '@/api/shared';
import type { Contact, Field } from '@/api/types';
import { useWord } from '@/app/words';
import { LikeHint } from '@/features/duplicate/hint';
import { FieldInput } from '@/kit/fieldinput';
import { FormField } from '@/kit/inputs';

export type ContactDraft = Partial<Record<keyof Contact, unknown>>;
export const FIRST: (keyof Contact)[] = ['name', 'title', 'mobile', 'wechat', 'role', 'attitude'];
const kinds: Partial<Record<keyof Contact, Pick<Field, 'kind' | 'dictionary'>>> = {
  role: { kind: 'choice', dictionary: 'contact_role' },
  attitude: { kind: 'choice', dictionary: 'attitude' },
  influence: { kind: 'choice', dictionary: 'influence' },
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
}: {
  draft: ContactDraft;
  onChange: (draft: ContactDraft) => void;
  errors: Record<string, string>;
  names?: (keyof Contact)[];
  prefix?: string;
  nameless?: boolean;
  start?: Contact;
}) {
  const field = useContactField();
  return (
    <div className="grid2">
      {names
        .filter((n) => !(nameless && n === 'name'))
        .map((name) => {
          const f = field(name);
          const error = errors[prefix + name];
          return (
            <div key={name} className={f.kind === 'long_text' || name === 'role' ? 'full' : undefined}>
              <FormField
                name={prefix + name}
                label={f.label}
                error={error}
                optional={name !== 'name'}
                // people of a new customer, as its form has them
                help={prefix && name === 'mobile' && <LikeHint ask={{ phone: String(draft.mobile ?? '') }} />}
              >
                {(id) => (
                  <FieldInput
                    id={id}
                    field={f}
                    value={name in draft ? draft[name] : (start?.[name] ?? null)}
                    onChange={(v) => onChange({ ...draft, [name]: v })}
                    invalid={!!error}
                  />
                )}
              </FormField>
            </div>
          );
        })}
    </div>
  );
}
