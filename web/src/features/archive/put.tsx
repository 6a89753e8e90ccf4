import { useState } from 'react';
import { get, post } from '@/api/client';
import type { ArchiveRecord, Customer, CustomerRecord } from '@/api/types';
import { today } from '@/app/dates';
import { useWord } from '@/app/words';
import { type Errors, errorsOf, goToFirst } from '@/features/customer/save';
import { Button } from '@/kit/button';
import { FieldInput } from '@/kit/fieldinput';
import { Area, FormField, Input } from '@/kit/inputs';
import { Sheet } from '@/kit/sheet';
import { tell } from '@/kit/toast';
import { useArchiveChanged } from './data';

const DICTIONARIES = [
  ['category', 'archive_category'],
  ['business', 'business_type'],
  ['project_type', 'project_type'],
] as const;
export type Said = {
  year: string;
  category: string | null;
  business: string | null;
  project_type: string | null;
  place: string;
  note: string;
};

/** What a file says of itself: under what it stands, and where its paper lies. */
export function FileFields({ v, set, errors }: { v: Said; set: (part: Partial<Said>) => void; errors: Errors }) {
  const t = useWord();
  return (
    <>
      <FormField name="year" label={t('archive.field.year')} error={errors.year}>
        {(id) => (
          <Input
            id={id}
            inputMode="numeric"
            value={v.year}
            onChange={(year) => set({ year: year.replace(/\D/g, '').slice(0, 4) })}
            invalid={!!errors.year}
          />
        )}
      </FormField>
      {DICTIONARIES.map(([name, dictionary]) => (
        <FormField key={name} name={name} label={t(`archive.field.${name}`)} error={errors[name]} optional>
          {(id) => (
            <FieldInput
              id={id}
              field={{ name, label: t(`archive.field.${name}`), kind: 'choice', dictionary }}
              value={v[name]}
              onChange={(code) => set({ [name]: (code as string | null) ?? null })}
            />
          )}
        </FormField>
      ))}
      <FormField name="place" label={t('archive.field.place')} error={errors.place} optional>
        {(id) => <Input id={id} value={v.place} onChange={(place) => set({ place })} maxLength={80} invalid={!!errors.place} />}
      </FormField>
    </>
  );
}

export const bodyOf = (v: Said) => ({
  year: Number(v.year) || undefined,
  category: v.category ?? '',
  business: v.business ?? '',
  project_type: v.project_type ?? '',
  place: v.place,
});
export const isField = (f: string) => ['year', 'category', 'business', 'project_type', 'place', 'note'].includes(f);

/** 归档: one customer, or what is done with all that were chosen. */
export function PutSheet({
  customer,
  many,
  onClose,
}: {
  customer?: CustomerRecord | Customer;
  many?: { n: number; run: (body: object) => Promise<void> };
  onClose: () => void;
}) {
  const t = useWord();
  const changed = useArchiveChanged();
  const [start] = useState<Said>(() => ({
    year: today().slice(0, 4),
    category: customer?.status === 'won' || customer?.status === 'lost' ? customer.status : null,
    business: null,
    project_type: null,
    place: '',
    note: '',
  }));
  const [v, setV] = useState(start);
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const set = (part: Partial<Said>) => {
    setV((old) => ({ ...old, ...part }));
    setErrors({});
  };
  const save = async () => {
    setBusy(true);
    const body = { ...bodyOf(v), note: v.note };
    try {
      if (many) {
        onClose();
        await many.run(body);
        return;
      }
      if (!customer) return;
      await post(`/customers/${customer.id}/archive`, body, customer.version);
      await changed(customer.id);
      const r = await get<ArchiveRecord>(`/customers/${customer.id}/archive`);
      tell(t('archive.state.put', { number: r.file?.code ?? '' }));
      onClose();
    } catch (e) {
      setBusy(false);
      const found = errorsOf(e, isField);
      setErrors(found);
      goToFirst(found);
    }
  };
  return (
    <Sheet
      title={many ? t('archive.title.putmany', { n: many.n }) : t('archive.title.put')}
      onClose={onClose}
      dirty={JSON.stringify(v) !== JSON.stringify(start)}
      onSubmit={() => void save()}
      footer={
        <>
          <span className="sp" />
          <Button onClick={onClose}>{t('app.verb.cancel')}</Button>
          <Button look="primary" busy={busy} onClick={() => void save()}>
            {t('archive.verb.put')}
          </Button>
        </>
      }
    >
      <div className="col form">
        {errors.all && <div className="notice tone-red">{errors.all}</div>}
        {customer && <p className="tx2">{customer.name}</p>}
        <p className="field-help">{t('archive.label.put')}</p>
        <FileFields v={v} set={set} errors={errors} />
        <FormField name="note" label={t('archive.field.note')} error={errors.note} optional>
          {(id) => <Area id={id} value={v.note} onChange={(note) => set({ note })} maxLength={500} />}
        </FormField>
      </div>
    </Sheet>
  );
}
