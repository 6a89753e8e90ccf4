import { useState } from 'react';
import type { Field } from '@/api/types';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { FieldInput } from '@/kit/fieldinput';
import { FormField } from '@/kit/inputs';
import { Sheet } from '@/kit/sheet';

/** Kinds of the company's own fields that many customers may be given at once: words first, what is picked or typed in a drawer. */
export const LISTED = ['choice', 'boolean'];
export const PICKED = ['choices', 'date', 'user', 'region'];

/** One value for all that are chosen; none takes it away. */
export function SetOne({ field, n, run, onClose }: { field: Field; n: number; run: (value: unknown) => void; onClose: () => void }) {
  const t = useWord();
  const [value, setValue] = useState<unknown>(null);
  const save = () => {
    onClose();
    run(value);
  };
  return (
    <Sheet
      title={t('customer.bulk.set', { field: field.label })}
      onClose={onClose}
      dirty={value !== null}
      onSubmit={save}
      footer={
        <>
          <span className="sp" />
          <Button onClick={onClose}>{t('app.verb.cancel')}</Button>
          <Button look="primary" onClick={save} keys={['Ctrl', '↵']}>
            {t('app.verb.save')}
          </Button>
        </>
      }
    >
      <div className="form">
        <FormField name={field.name} label={field.label} help={t('customer.bulk.set_hint', { count: n })}>
          {(id) => <FieldInput id={id} field={field} value={value} onChange={setValue} />}
        </FormField>
      </div>
    </Sheet>
  );
}
