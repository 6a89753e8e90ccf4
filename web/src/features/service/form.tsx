import { useQuery } from '@tanstack/react-query';
import { Plus, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import { patch, post, Refused } from '@/api/client';
import { useDictionaries, useFields, useMe } from '@/api/shared';
import type { Feedback, Measure } from '@/api/types';
import { today } from '@/app/dates';
import { closeIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { type Errors, errorsOf, goToFirst } from '@/features/customer/save';
import { OwnFields, useOwn } from '@/features/field/section';
import { Button, IconButton } from '@/kit/button';
import { DayInput } from '@/kit/day/day';
import { confirm } from '@/kit/dialog';
import { FieldInput } from '@/kit/fieldinput';
import { Area, Check, Choices, FormField, Input } from '@/kit/inputs';
import { Sheet } from '@/kit/sheet';
import { Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';
import { ABOUT, type Entry, type Noun, oneQuery, useServiceChange } from './data';

type Customer = { id: string; name: string };
type Values = Record<string, unknown> & { measures?: Measure[] };

/** The drawer in which a need or feedback is written down, answered and handled. */
export default function ServiceSheet({ noun, id, customer }: { noun: Noun; id?: string; customer?: Customer }) {
  const t = useWord();
  const { data, error } = useQuery(oneQuery(noun, id ?? ''));
  if (id && !data)
    return (
      <Sheet title={t(ABOUT[noun].words.edit)} onClose={closeIt}>
        {error ? <Failed error={error} small /> : <Lines />}
      </Sheet>
    );
  return <Form key={data?.version} noun={noun} record={data} customer={customer} />;
}

const TEXTS = { need: ['description', 'solution'], feedback: ['description', 'handling', 'result'] } as const;

function Form({ noun, record, customer }: { noun: Noun; record?: Entry; customer?: Customer }) {
  const t = useWord();
  const me = useMe();
  const act = useServiceChange(noun);
  const dictionaries = useDictionaries();
  const fields = useFields(noun);
  const about = ABOUT[noun];
  const label = (name: string) => fields?.find((f) => f.name === name)?.label ?? '';
  const names = [
    'customer_id',
    'kind',
    ...TEXTS[noun],
    'owner_id',
    'state',
    ...(noun === 'need' ? ['priority'] : ['topic', 'satisfaction', 'feedback_at']),
  ];
  const [start] = useState<Values>(() => {
    const from: Record<string, unknown> = record
      ? { ...record }
      : {
          customer_id: customer?.id ?? null,
          owner_id: me.id,
          state: 'open',
          priority: 'medium',
          satisfaction: 0,
          feedback_at: noun === 'feedback' ? new Date().toISOString() : null,
        };
    const out: Values = Object.fromEntries(names.map((n) => [n, from[n] ?? null]));
    if (noun === 'feedback') out.measures = (record as Feedback | undefined)?.measures ?? [];
    return out;
  });
  const [values, setValues] = useState(start);
  const own = useOwn(noun, record?.custom);
  const [errors, setErrors] = useState<Errors>({});
  const [better, setBetter] = useState(false);
  const [busy, setBusy] = useState(false);
  const fixed = !!record && !record.may.change;
  const text = (name: string) => (values[name] as string | null) ?? '';
  const set = (change: Values) => {
    setValues((old) => ({ ...old, ...change }));
    setErrors({});
    setBetter(false);
  };
  const changed = Object.keys(values).filter((k) => values[k] !== start[k]);
  const save = async (accept = false) => {
    const found: Errors = own.check();
    for (const name of ['customer_id', 'kind', 'description', 'owner_id'])
      if (!text(name).trim()) found[name] = t('app.error.required', { label: label(name) });
    setErrors(found);
    if (Object.keys(found).length) return goToFirst(found);
    setBusy(true);
    try {
      const said = record ? changed : Object.keys(values).filter((k) => values[k] !== null && values[k] !== 0);
      const body: Values = Object.fromEntries(said.map((k) => [k, values[k]]));
      if (body.measures) body.measures = body.measures.map(({ owner_name: _, ...m }) => m);
      Object.assign(body, own.body());
      if (accept) body.accept_vague = true;
      if (record) await patch(`${about.path}/${record.id}`, body, record.version);
      else await post(about.path, body);
      act.refresh(text('customer_id'));
      tell(t(record ? 'app.state.saved' : about.words.made));
      closeIt();
    } catch (e) {
      setBusy(false);
      const put = errorsOf(e, (f) => f in values || own.knows(f));
      setBetter(e instanceof Refused && !!e.problem.errors?.some((x) => x.code === 'vague' && x.params?.phrase));
      setErrors(put);
      goToFirst(put);
    }
  };
  const drop = async () => {
    if (!record || !(await confirm(t('service.ask.delete'), record.code, t('app.verb.delete')))) return;
    await act.drop(record).then(closeIt, tellError);
  };
  const pick = (name: string, dictionary: string, clearable = false) => {
    const options = dictionaries
      .values(dictionary)
      .filter((v) => name !== 'state' || !record || v.code === record.state || record.may.states?.includes(v.code));
    return (
      <FormField name={name} label={label(name)} error={errors[name]} optional={clearable}>
        {(id) => (
          <Choices
            id={id}
            label={label(name)}
            value={values[name] === null ? null : String(values[name])}
            options={options}
            onChange={(v) => (v || clearable) && set({ [name]: name === 'satisfaction' ? Number(v ?? 0) : v })}
          />
        )}
      </FormField>
    );
  };
  const write = (name: string, optional: boolean) => (
    <FormField key={name} name={name} label={label(name)} error={errors[name]} optional={optional}>
      {(id) => (
        <Area
          id={id}
          rows={optional ? 2 : 3}
          readOnly={fixed}
          autoFocus={!optional && !record && !!customer}
          value={text(name)}
          invalid={!!errors[name]}
          maxLength={10000}
          placeholder={optional ? undefined : t(about.words.describe)}
          onChange={(v) => set({ [name]: v || null })}
        />
      )}
    </FormField>
  );
  return (
    <Sheet
      title={record ? `${t(about.words.edit)} ${record.code}` : t(about.words.create)}
      onClose={closeIt}
      dirty={changed.length > 0 || own.dirty}
      onSubmit={() => !fixed && void save()}
      footer={
        <>
          {record?.may.delete && (
            <Button look="ghost" danger icon={<Trash2 size={15} />} onClick={() => void drop()}>
              {t('app.verb.delete')}
            </Button>
          )}
          <span className="sp" />
          <Button onClick={closeIt}>{t(fixed ? 'app.verb.close' : 'app.verb.cancel')}</Button>
          {better && (
            <Button busy={busy} onClick={() => void save(true)}>
              {t('service.verb.save_anyway')}
            </Button>
          )}
          {!fixed && (
            <Button look="primary" busy={busy} onClick={() => void save()} keys={['Ctrl', '↵']}>
              {t('app.verb.save')}
            </Button>
          )}
        </>
      }
    >
      <fieldset className="form svc-form" disabled={fixed}>
        {errors.all && <div className="notice tone-red">{errors.all}</div>}
        {record ? (
          <p className="tx2">{record.customer_name}</p>
        ) : (
          <FormField name="customer_id" label={label('customer_id')} error={errors.customer_id}>
            {(id) => (
              <FieldInput
                id={id}
                field={{ name: 'customer_id', label: label('customer_id'), kind: 'customer', dictionary: null }}
                value={values.customer_id as string | null}
                shown={customer?.name}
                onChange={(v) => set({ customer_id: v as string | null })}
              />
            )}
          </FormField>
        )}
        {pick('kind', about.kinds)}
        {noun === 'feedback' && pick('topic', 'feedback_topic', true)}
        {write('description', false)}
        {noun === 'need' && pick('priority', 'priority')}
        {TEXTS[noun].slice(1).map((name) => write(name, true))}
        {noun === 'feedback' && pick('satisfaction', 'satisfaction', true)}
        {noun === 'feedback' && (
          <FormField name="feedback_at" label={label('feedback_at')} error={errors.feedback_at}>
            {(id) => (
              <DayInput
                id={id}
                time
                past
                value={values.feedback_at as string | null}
                invalid={!!errors.feedback_at}
                onChange={(v) => set({ feedback_at: v })}
              />
            )}
          </FormField>
        )}
        {pick('state', about.states)}
        <FormField name="owner_id" label={label('owner_id')} error={errors.owner_id}>
          {(id) => (
            <FieldInput
              id={id}
              field={{ name: 'owner_id', label: label('owner_id'), kind: 'user', dictionary: null }}
              value={values.owner_id as string | null}
              shown={record?.owner_name ?? me.name}
              onChange={(v) => set({ owner_id: v as string | null })}
            />
          )}
        </FormField>
        <OwnFields
          own={own}
          errors={errors}
          at={record && `${about.path}/${record.id}`}
          onTouch={() => {
            setErrors({});
            setBetter(false);
          }}
        />
        {values.measures && (
          <Measures
            label={label('measures')}
            error={errors.measures}
            all={values.measures}
            fixed={fixed}
            onChange={(measures) => set({ measures })}
          />
        )}
      </fieldset>
    </Sheet>
  );
}

/** What is done better since: what, until when, and whether it is done. */
function Measures({
  label,
  error,
  all,
  fixed,
  onChange,
}: {
  label: string;
  error?: string;
  all: Measure[];
  fixed: boolean;
  onChange: (all: Measure[]) => void;
}) {
  const t = useWord();
  const put = (i: number, change: Partial<Measure>) => onChange(all.map((m, k) => (k === i ? { ...m, ...change } : m)));
  return (
    <FormField name="measures" label={label} error={error} optional>
      {(id) => (
        <div className="svc-ms" id={id}>
          {all.map((m, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines stand by their place until they are saved
            <div key={i} className="svc-ms-l">
              <Input
                aria-label={t('service.label.measure', { count: i + 1 })}
                value={m.what}
                maxLength={500}
                onChange={(what) => put(i, { what })}
              />
              <IconButton
                small
                label={t('service.verb.drop_measure', { count: i + 1 })}
                onClick={() => onChange(all.filter((_, k) => k !== i))}
              >
                <X size={14} />
              </IconButton>
              <FieldInput
                field={{ name: 'owner_id', label: t('service.label.measure_owner', { count: i + 1 }), kind: 'user', dictionary: null }}
                value={m.owner_id || null}
                shown={m.owner_name}
                onChange={(v) => put(i, { owner_id: (v as string | null) ?? '' })}
              />
              <DayInput label={t('service.label.due')} value={m.due_on || null} onChange={(v) => put(i, { due_on: v ?? '' })} />
              <Check checked={!!m.done_on} onChange={(on) => put(i, { done_on: on ? today() : '' })}>
                {m.done_on ? t('service.label.done_on', { day: m.done_on }) : t('service.label.done')}
              </Check>
            </div>
          ))}
          {!fixed && all.length < 20 && (
            <Button size="sm" icon={<Plus size={14} />} onClick={() => onChange([...all, { what: '' }])}>
              {t('service.verb.add_measure')}
            </Button>
          )}
        </div>
      )}
    </FormField>
  );
}
