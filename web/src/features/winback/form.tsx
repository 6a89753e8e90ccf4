import { useQuery } from '@tanstack/react-query';
import { Flag, Plus, X } from 'lucide-react';
import { useState } from 'react';
import { get, patch, post } from '@/api/client';
import { useMe } from '@/api/shared';
import { today } from '@/app/dates';
import { closeIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { useShut } from '@/features/archive/data';
import { type Errors, errorsOf, goToFirst } from '@/features/customer/save';
import { Button, IconButton } from '@/kit/button';
import { DayInput } from '@/kit/day/day';
import { FieldInput } from '@/kit/fieldinput';
import { Area, Check, Choices, FormField, Input } from '@/kit/inputs';
import { Sheet } from '@/kit/sheet';
import { Failed, Lines } from '@/kit/states';
import { tell } from '@/kit/toast';
import { ENDS, type Step, useCareChanged, type WinBack } from './data';
import { PlanLine } from './section';

type About = { id: string; name: string };

/** The drawer of a win-back plan: opened, worked on, ended. */
export default function WinBackSheet({ id, customer, segment }: { id?: string; customer: About; segment?: string }) {
  const t = useWord();
  const shut = useShut(customer.id);
  const { data, error } = useQuery({ queryKey: ['win-backs', 'one', id], queryFn: () => get<WinBack>(`/win-backs/${id}`), enabled: !!id });
  if (id && !data)
    return (
      <Sheet title={t('winback.title.plan')} onClose={closeIt}>
        {error ? <Failed error={error} small /> : <Lines />}
      </Sheet>
    );
  if (data && (shut || !data.may_change))
    return (
      <Sheet title={t('winback.title.plan')} onClose={closeIt}>
        <p className="tx2">{data.customer_name}</p>
        <ul className="svc">
          <PlanLine p={data} />
        </ul>
      </Sheet>
    );
  return <Form key={data?.version} record={data} customer={customer} segment={segment} />;
}

function Form({ record, customer, segment }: { record?: WinBack; customer: About; segment?: string }) {
  const t = useWord();
  const me = useMe();
  const changed = useCareChanged();
  const [start] = useState(() => ({
    cause: record?.cause ?? '',
    due_on: record?.due_on ?? null,
    owner_id: record?.owner_id ?? me.id,
    measures: (record?.measures ?? [{ what: '' }]) as Step[],
  }));
  const [v, setV] = useState(start);
  const [ending, setEnding] = useState(false);
  const [result, setResult] = useState<string | null>(null);
  const [day, setDay] = useState<string | null>(today());
  const [outcome, setOutcome] = useState('');
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const set = (part: Partial<typeof v>) => setV((old) => ({ ...old, ...part }));
  const step = (i: number, part: Partial<Step>) => set({ measures: v.measures.map((m, k) => (k === i ? { ...m, ...part } : m)) });
  const dirty = JSON.stringify(v) !== JSON.stringify(start) || outcome !== '';
  const say = async (act: () => Promise<unknown>, done: string) => {
    setBusy(true);
    try {
      await act();
      changed();
      tell(done);
      closeIt();
    } catch (e) {
      setBusy(false);
      const found = errorsOf(e, (f) => ['cause', 'due_on', 'owner_id', 'measures', 'result', 'ended_on', 'outcome'].includes(f));
      setErrors(found);
      goToFirst(found);
    }
  };
  const measures = v.measures
    .filter((m) => m.what.trim())
    .map(({ id, what, owner_id, due_on, done_on }) => ({
      id,
      what,
      owner_id: owner_id || undefined,
      due_on: due_on || undefined,
      done_on: done_on || undefined,
    }));
  const save = () =>
    record
      ? say(() => patch(`/win-backs/${record.id}`, { ...v, measures }, record.version), t('app.state.saved'))
      : say(
          () => post(`/customers/${customer.id}/win-backs`, { ...v, due_on: v.due_on ?? undefined, measures, segment_id: segment }),
          t('winback.state.created'),
        );
  const finish = () =>
    record &&
    say(async () => {
      const changes = JSON.stringify(v) !== JSON.stringify(start); // what was ticked just before is not lost
      const now = changes ? await patch<WinBack>(`/win-backs/${record.id}`, { ...v, measures }, record.version) : record;
      await post(`/win-backs/${record.id}/finish`, { result: result ?? '', ended_on: day ?? undefined, outcome }, now.version);
    }, t('winback.state.finished'));
  return (
    <Sheet
      title={t(record ? 'winback.title.plan' : 'winback.verb.create')}
      onClose={closeIt}
      dirty={dirty}
      onSubmit={() => void (ending ? finish() : save())}
      footer={
        <>
          {record && !ending && (
            <Button icon={<Flag size={15} />} onClick={() => setEnding(true)}>
              {t('winback.verb.finish')}
            </Button>
          )}
          <span className="sp" />
          <Button onClick={ending ? () => setEnding(false) : closeIt}>{t('app.verb.cancel')}</Button>
          <Button look="primary" busy={busy} onClick={() => void (ending ? finish() : save())}>
            {t(ending ? 'winback.verb.finish' : 'app.verb.save')}
          </Button>
        </>
      }
    >
      <div className="col form">
        {errors.all && <div className="notice tone-red">{errors.all}</div>}
        <p className="tx2">{customer.name}</p>
        {ending ? (
          <>
            <FormField name="result" label={t('winback.field.result')} error={errors.result}>
              {(id) => (
                <Choices
                  id={id}
                  label={t('winback.field.result')}
                  value={result}
                  onChange={setResult}
                  options={ENDS.map((code) => ({ code, label: t(`winback.state.${code}`) }))}
                />
              )}
            </FormField>
            <FormField name="ended_on" label={t('winback.field.ended_on')} error={errors.ended_on}>
              {(id) => <DayInput id={id} past value={day} onChange={setDay} />}
            </FormField>
            <FormField name="outcome" label={t('winback.field.outcome')} error={errors.outcome}>
              {(id) => <Area id={id} value={outcome} onChange={setOutcome} maxLength={5000} invalid={!!errors.outcome} />}
            </FormField>
          </>
        ) : (
          <>
            <FormField name="cause" label={t('winback.field.cause')} error={errors.cause}>
              {(id) => (
                <Area
                  id={id}
                  value={v.cause}
                  onChange={(cause) => set({ cause })}
                  maxLength={5000}
                  invalid={!!errors.cause}
                  autoFocus={!record}
                />
              )}
            </FormField>
            <FormField name="owner_id" label={t('winback.field.owner')} error={errors.owner_id}>
              {(id) => (
                <FieldInput
                  id={id}
                  field={{ name: 'owner_id', label: t('winback.field.owner'), kind: 'user', dictionary: null }}
                  value={v.owner_id}
                  shown={record?.owner_name ?? me.name}
                  onChange={(owner) => set({ owner_id: (owner as string | null) ?? me.id })}
                />
              )}
            </FormField>
            <FormField name="due_on" label={t('winback.field.due_on')} error={errors.due_on} optional>
              {(id) => <DayInput id={id} value={v.due_on} onChange={(due_on) => set({ due_on })} />}
            </FormField>
            <fieldset className="col care-form" data-field="measures">
              <legend>{t('winback.field.measures')}</legend>
              {errors.measures && (
                <p className="field-error" role="alert">
                  {errors.measures}
                </p>
              )}
              {v.measures.map((m, i) => (
                <div key={m.id ?? `new${i}`} className="card col">
                  <div className="row">
                    <Input
                      aria-label={t('winback.field.what', { n: i + 1 })}
                      placeholder={t('winback.field.what', { n: i + 1 })}
                      value={m.what}
                      onChange={(what) => step(i, { what })}
                      maxLength={500}
                    />
                    <IconButton
                      label={t('winback.verb.drop_measure', { n: i + 1 })}
                      onClick={() => set({ measures: v.measures.filter((_, k) => k !== i) })}
                    >
                      <X size={15} />
                    </IconButton>
                  </div>
                  <div className="row wrap">
                    <span className="care-day">
                      <DayInput
                        label={t('winback.field.measure_due', { n: i + 1 })}
                        value={m.due_on || null}
                        onChange={(due) => step(i, { due_on: due ?? '' })}
                      />
                    </span>
                    <span className="care-day">
                      <FieldInput
                        field={{ name: `owner${i}`, label: t('winback.field.measure_owner', { n: i + 1 }), kind: 'user', dictionary: null }}
                        value={m.owner_id ?? null}
                        shown={m.owner_name ?? undefined}
                        onChange={(owner) => step(i, { owner_id: (owner as string | null) ?? undefined, owner_name: null })}
                      />
                    </span>
                    <span className="sp" />
                    <Check checked={!!m.done_on} onChange={(on) => step(i, { done_on: on ? today() : '' })}>
                      {m.done_on ? t('winback.label.done', { day: m.done_on }) : t('winback.field.done')}
                    </Check>
                  </div>
                </div>
              ))}
              <Button size="sm" icon={<Plus size={14} />} onClick={() => set({ measures: [...v.measures, { what: '' } as Step] })}>
                {t('winback.verb.add_measure')}
              </Button>
            </fieldset>
          </>
        )}
      </div>
    </Sheet>
  );
}
