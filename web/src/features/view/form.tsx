import { word } from '@/app/words';
import { type Shared, ShareWith } from '@/features/share/who';
import { ask } from '@/kit/dialog';
import { FormField, Input } from '@/kit/inputs';

export type Said = Shared & { name: string };

/** Asks for a view's name and whom it is shown to. */
export const askView = (title: string, value: Said): Promise<Said | null> =>
  ask<Said>({
    title,
    text: word('view.hint.save'),
    ok: word('app.verb.save'),
    value,
    form: (v, set) => <Form value={v ?? value} set={set} />,
  });

function Form({ value, set }: { value: Said; set: (v: Said) => void }) {
  return (
    <>
      <FormField name="name" label={word('view.field.name')}>
        {(id) => <Input id={id} required maxLength={40} value={value.name} onChange={(name) => set({ ...value, name })} />}
      </FormField>
      <FormField name="shared" label={word('view.field.shared')}>
        {() => <ShareWith label={word('view.field.shared')} value={value} onChange={(shared) => set({ ...value, ...shared })} />}
      </FormField>
    </>
  );
}
