import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { patch, post, remove } from '@/api/client';
import { colleaguesQuery, departmentsQuery } from '@/api/shared';
import type { Department } from '@/api/types';
import { useWord } from '@/app/words';
import { type Errors, errorsOf } from '@/features/customer/save';
import { Button } from '@/kit/button';
import { confirm } from '@/kit/dialog';
import { FieldInput } from '@/kit/fieldinput';
import { FormField, Input } from '@/kit/inputs';
import { Sheet } from '@/kit/sheet';
import { tell, tellError } from '@/kit/toast';

export function DepartmentSheet({
  department: d,
  parent,
  onClose,
}: {
  department?: Department;
  parent: string | null;
  onClose: () => void;
}) {
  const t = useWord();
  const client = useQueryClient();
  const { data: people } = useQuery(colleaguesQuery());
  const [values, setValues] = useState({ name: d?.name ?? '', parent_id: d ? d.parent_id : parent, leader_id: d?.leader_id ?? null });
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const dirty = !d || values.name !== d.name || values.parent_id !== d.parent_id || values.leader_id !== d.leader_id;
  const done = (text: string) => {
    void client.invalidateQueries({ queryKey: departmentsQuery.queryKey });
    void client.invalidateQueries({ queryKey: ['users'] });
    tell(text);
    onClose();
  };
  const save = async () => {
    if (!values.name.trim()) return setErrors({ name: t('app.error.required', { label: t('account.field.department_name') }) });
    setBusy(true);
    try {
      const body = { ...values, name: values.name.trim() };
      if (d) await patch(`/departments/${d.id}`, body, d.version);
      else await post('/departments', Object.fromEntries(Object.entries(body).filter(([, v]) => v !== null)));
      done(t('app.state.saved'));
    } catch (e) {
      setBusy(false);
      setErrors(errorsOf(e, (f) => f in values));
    }
  };
  const drop = async () => {
    if (
      d &&
      (await confirm(t('account.ask.delete_department', { name: d.name }), t('account.ask.delete_department_text'), t('app.verb.delete')))
    )
      await remove(`/departments/${d.id}`, d.version).then(() => done(t('app.state.deleted')), tellError);
  };
  return (
    <Sheet
      title={t(d ? 'account.title.edit_department' : 'account.verb.create_department')}
      onClose={onClose}
      onSubmit={() => void save()}
      footer={
        <>
          {d && (
            <Button look="ghost" danger icon={<Trash2 size={15} />} onClick={() => void drop()}>
              {t('app.verb.delete')}
            </Button>
          )}
          <span className="sp" />
          <Button onClick={onClose}>{t('app.verb.cancel')}</Button>
          <Button look="primary" busy={busy} disabled={!dirty} onClick={() => void save()}>
            {t('app.verb.save')}
          </Button>
        </>
      }
    >
      <div className="form">
        {errors.all && <div className="notice tone-red">{errors.all}</div>}
        <FormField name="name" label={t('account.field.department_name')} error={errors.name}>
          {(id) => (
            <Input id={id} value={values.name} onChange={(name) => setValues({ ...values, name })} invalid={!!errors.name} autoFocus />
          )}
        </FormField>
        <FormField name="parent_id" label={t('account.field.parent')} error={errors.parent_id} optional>
          {(id) => (
            <FieldInput
              id={id}
              field={{ name: 'parent_id', label: t('account.field.parent'), kind: 'department', dictionary: null }}
              value={values.parent_id}
              onChange={(v) => setValues({ ...values, parent_id: v as string | null })}
            />
          )}
        </FormField>
        <FormField name="leader_id" label={t('account.field.leader')} error={errors.leader_id} optional>
          {(id) => (
            <FieldInput
              id={id}
              field={{ name: 'leader_id', label: t('account.field.leader'), kind: 'user', dictionary: null }}
              value={values.leader_id}
              shown={people?.find((p) => p.id === values.leader_id)?.name}
              onChange={(v) => setValues({ ...values, leader_id: v as string | null })}
            />
          )}
        </FormField>
      </div>
    </Sheet>
  );
}
