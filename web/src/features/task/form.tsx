import { useQuery } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { patch, post } from '@/api/client';
import { useDictionaries, useMe } from '@/api/shared';
import type { Task } from '@/api/types';
import { addDays, instant, today } from '@/app/dates';
import { closeIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { type Errors, errorsOf, goToFirst } from '@/features/customer/save';
import { OwnFields, useOwn } from '@/features/field/section';
import { Button } from '@/kit/button';
import { DayInput } from '@/kit/day/day';
import { FieldInput } from '@/kit/fieldinput';
import { Area, Choices, FormField, Input } from '@/kit/inputs';
import { Sheet } from '@/kit/sheet';
import { Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';
import { taskQuery, useTaskChange } from './data';

type Customer = { id: string; name: string };

export default function TaskSheet({ id, customer, due }: { id?: string; customer?: Customer; due?: string }) {
  const t = useWord();
  const { data, error } = useQuery({ ...taskQuery(id ?? ''), enabled: !!id });
  if (id && !data)
    return (
      <Sheet title={t('task.title.edit')} onClose={closeIt}>
        {error ? <Failed error={error} small /> : <Lines />}
      </Sheet>
    );
  return <Form key={data?.version} task={data} customer={customer} due={due} />;
}

type Values = {
  title: string;
  due_at: string | null;
  owner_id: string;
  priority: string | null;
  customer_id: string | null;
  remark: string | null;
};

function Form({ task, customer, due }: { task?: Task; customer?: Customer; due?: string }) {
  const t = useWord();
  const me = useMe();
  const act = useTaskChange();
  const dictionaries = useDictionaries();
  const start: Values = task
    ? {
        title: task.title,
        due_at: task.due_at,
        owner_id: task.owner_id ?? me.id,
        priority: task.priority,
        customer_id: task.customer_id,
        remark: task.remark,
      }
    : {
        title: '',
        due_at: due ?? instant(addDays(today(), 1), '18:00'),
        owner_id: me.id,
        priority: 'medium',
        customer_id: customer?.id ?? null,
        remark: null,
      };
  const [values, setValues] = useState(start);
  const own = useOwn('task', task?.custom);
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const set = (change: Partial<Values>) => {
    setValues((old) => ({ ...old, ...change }));
    setErrors({});
  };
  const changed = (Object.keys(values) as (keyof Values)[]).filter((k) => values[k] !== start[k]);
  const save = async () => {
    const found: Errors = own.check();
    if (!values.title.trim()) found.title = t('app.error.required', { label: t('task.field.title') });
    if (!values.due_at) found.due_at = t('app.error.required', { label: t('task.field.due') });
    setErrors(found);
    if (Object.keys(found).length) return goToFirst(found);
    setBusy(true);
    try {
      if (task)
        await patch(`/tasks/${task.id}`, { ...Object.fromEntries(changed.map((k) => [k, values[k]])), ...own.body() }, task.version);
      else
        await post('/tasks', {
          ...Object.fromEntries(Object.entries({ ...values, title: values.title.trim() }).filter(([, v]) => v !== null)),
          ...own.body(),
        });
      act.refresh(values.customer_id);
      tell(t(task ? 'app.state.saved' : 'task.state.created'));
      closeIt();
    } catch (e) {
      setBusy(false);
      const put = errorsOf(e, (f) => f in values || own.knows(f));
      setErrors(put);
      goToFirst(put);
    }
  };
  return (
    <Sheet
      title={t(task ? 'task.title.edit' : 'task.verb.create')}
      onClose={closeIt}
      dirty={changed.length > 0 || own.dirty}
      onSubmit={() => void save()}
      footer={
        <>
          {task && (
            <Button look="ghost" danger icon={<Trash2 size={15} />} onClick={() => void act.drop(task).then(closeIt, tellError)}>
              {t('app.verb.delete')}
            </Button>
          )}
          <span className="sp" />
          <Button onClick={closeIt}>{t('app.verb.cancel')}</Button>
          <Button look="primary" busy={busy} onClick={() => void save()} keys={['Ctrl', '↵']}>
            {t('app.verb.save')}
          </Button>
        </>
      }
    >
      <div className="form">
        {errors.all && <div className="notice tone-red">{errors.all}</div>}
        <FormField name="title" label={t('task.field.title')} error={errors.title}>
          {(id) => (
            <Input
              id={id}
              value={values.title}
              onChange={(title) => set({ title })}
              invalid={!!errors.title}
              autoFocus
              maxLength={200}
              placeholder={t('task.hint.title')}
            />
          )}
        </FormField>
        <FormField name="due_at" label={t('task.field.due')} error={errors.due_at}>
          {(id) => <DayInput id={id} time value={values.due_at} onChange={(due_at) => set({ due_at })} invalid={!!errors.due_at} />}
        </FormField>
        {!task && (
          <FormField name="customer_id" label={t('task.field.customer')} error={errors.customer_id} optional>
            {(id) => (
              <FieldInput
                id={id}
                field={{ name: 'customer_id', label: t('task.field.customer'), kind: 'customer', dictionary: null }}
                value={values.customer_id}
                shown={customer?.name}
                onChange={(v) => set({ customer_id: v as string | null })}
              />
            )}
          </FormField>
        )}
        <FormField name="owner_id" label={t('task.field.owner')} error={errors.owner_id}>
          {(id) => (
            <FieldInput
              id={id}
              field={{ name: 'owner_id', label: t('task.field.owner'), kind: 'user', dictionary: null }}
              value={values.owner_id}
              shown={task?.owner_name ?? me.name}
              onChange={(v) => set({ owner_id: (v as string | null) ?? me.id })}
            />
          )}
        </FormField>
        <FormField name="priority" label={t('task.field.priority')} error={errors.priority}>
          {(id) => (
            <Choices
              id={id}
              label={t('task.field.priority')}
              value={values.priority}
              options={dictionaries.values('priority')}
              onChange={(priority) => set({ priority })}
            />
          )}
        </FormField>
        <FormField name="remark" label={t('task.field.remark')} optional>
          {(id) => <Area id={id} value={values.remark ?? ''} onChange={(v) => set({ remark: v || null })} />}
        </FormField>
        <OwnFields own={own} errors={errors} at={task && `/tasks/${task.id}`} onTouch={() => setErrors({})} />
      </div>
    </Sheet>
  );
}
