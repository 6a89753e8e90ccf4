import { useQuery } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { get, patch, post, remove } from '@/api/client';
import { today } from '@/app/dates';
import { closeIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { useShut } from '@/features/archive/data';
import { contactsOf } from '@/features/contact/data';
import { type Errors, errorsOf, goToFirst } from '@/features/customer/save';
import { Button } from '@/kit/button';
import { DayInput } from '@/kit/day/day';
import { confirm } from '@/kit/dialog';
import { Area, Choices, FormField, Input } from '@/kit/inputs';
import { Select } from '@/kit/pick';
import { Sheet } from '@/kit/sheet';
import { Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';
import { RESULTS, type Trial, useCareChanged } from './data';

type About = { id: string; name: string };

/** The drawer of a product trial. */
export default function TrialSheet({ id, customer }: { id?: string; customer: About }) {
  const t = useWord();
  const { data, error } = useQuery({ queryKey: ['trials', 'one', id], queryFn: () => get<Trial>(`/trials/${id}`), enabled: !!id });
  if (id && !data)
    return (
      <Sheet title={t('trial.title.trial')} onClose={closeIt}>
        {error ? <Failed error={error} small /> : <Lines />}
      </Sheet>
    );
  return <Form key={data?.version} record={data} customer={customer} />;
}

function Form({ record, customer }: { record?: Trial; customer: About }) {
  const t = useWord();
  const changed = useCareChanged();
  const people = useQuery(contactsOf(customer.id)).data ?? [];
  const [start] = useState(() => ({
    product: record?.product ?? '',
    from: record?.from ?? today(),
    to: record?.to ?? null,
    contact_id: record?.contact_id ?? null,
    result: record?.result ?? ('running' as Trial['result']),
    opinion: record?.opinion ?? '',
  }));
  const [v, setV] = useState(start);
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const set = (part: Partial<typeof v>) => setV((old) => ({ ...old, ...part }));
  const shut = useShut(customer.id);
  const fixed = !!record && (shut || !record.may_change);
  const save = async () => {
    setBusy(true);
    try {
      if (record) await patch(`/trials/${record.id}`, v, record.version);
      else
        await post(`/customers/${customer.id}/trials`, {
          ...v,
          to: v.to ?? undefined,
          contact_id: v.contact_id ?? undefined,
          opinion: v.opinion || undefined,
        });
      changed();
      tell(t(record ? 'app.state.saved' : 'trial.state.created'));
      closeIt();
    } catch (e) {
      setBusy(false);
      const found = errorsOf(e, (f) => f in v);
      setErrors(found);
      goToFirst(found);
    }
  };
  const drop = async () => {
    if (!record || !(await confirm(t('trial.ask.delete'), record.product, t('app.verb.delete')))) return;
    await remove(`/trials/${record.id}`, record.version).then(() => {
      changed();
      closeIt();
    }, tellError);
  };
  return (
    <Sheet
      title={t(record ? 'trial.title.trial' : 'trial.verb.create')}
      onClose={closeIt}
      dirty={JSON.stringify(v) !== JSON.stringify(start)}
      onSubmit={() => !fixed && void save()}
      footer={
        <>
          {record && !fixed && (
            <Button look="ghost" danger icon={<Trash2 size={15} />} onClick={() => void drop()}>
              {t('app.verb.delete')}
            </Button>
          )}
          <span className="sp" />
          <Button onClick={closeIt}>{t(fixed ? 'app.verb.close' : 'app.verb.cancel')}</Button>
          {!fixed && (
            <Button look="primary" busy={busy} onClick={() => void save()}>
              {t('app.verb.save')}
            </Button>
          )}
        </>
      }
    >
      <fieldset className="form svc-form" disabled={fixed}>
        {errors.all && <div className="notice tone-red">{errors.all}</div>}
        <p className="tx2">{customer.name}</p>
        <FormField name="product" label={t('trial.field.product')} error={errors.product}>
          {(id) => (
            <Input
              id={id}
              value={v.product}
              onChange={(product) => set({ product })}
              maxLength={200}
              invalid={!!errors.product}
              autoFocus={!record}
            />
          )}
        </FormField>
        <FormField name="from" label={t('trial.field.from')} error={errors.from}>
          {(id) => <DayInput id={id} past value={v.from} onChange={(from) => set({ from: from ?? '' })} />}
        </FormField>
        <FormField name="to" label={t('trial.field.to')} error={errors.to} optional>
          {(id) => <DayInput id={id} value={v.to} onChange={(to) => set({ to })} />}
        </FormField>
        <FormField name="contact_id" label={t('trial.field.contact')} error={errors.contact_id} optional>
          {(id) => (
            <Select
              id={id}
              value={v.contact_id}
              onChange={(c) => set({ contact_id: c as string | null })}
              options={people.map((p) => ({ value: p.id, label: p.name ?? '—', hint: p.title ?? undefined }))}
            />
          )}
        </FormField>
        <FormField name="result" label={t('trial.field.result')} error={errors.result}>
          {(id) => (
            <Choices
              id={id}
              label={t('trial.field.result')}
              value={v.result}
              onChange={(r) => r && set({ result: r as Trial['result'] })}
              options={RESULTS.map((code) => ({ code, label: t(`trial.result.${code}`) }))}
            />
          )}
        </FormField>
        <FormField name="opinion" label={t('trial.field.opinion')} error={errors.opinion} optional>
          {(id) => <Area id={id} value={v.opinion} onChange={(opinion) => set({ opinion })} maxLength={5000} />}
        </FormField>
      </fieldset>
    </Sheet>
  );
}
