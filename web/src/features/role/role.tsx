import { useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { patch, post, remove } from '@/api/client';
import type { Role, Scope } from '@/api/types';
import { type Key, useWord } from '@/app/words';
import { type Errors, errorsOf, goToFirst } from '@/features/customer/save';
import { Button } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { confirm } from '@/kit/dialog';
import { FieldInput } from '@/kit/fieldinput';
import { Choices, FormField, Input } from '@/kit/inputs';
import { Sheet } from '@/kit/sheet';
import { tell, tellError } from '@/kit/toast';
import { PermissionGrid } from './grid';
import { Holders } from './holders';
import { FIELD_GROUPS, SCOPES } from './permissions';

/** What a role may do, in words, and over which records. */
export function RoleSheet({ role, copy, onClose }: { role?: Role; copy?: boolean; onClose: () => void }) {
  const t = useWord();
  const client = useQueryClient();
  const old = copy ? undefined : role;
  const [values, setValues] = useState({
    name: role ? (copy ? t('account.label.copy_of', { name: role.name }) : role.name) : '',
    scope: (role?.scope ?? 'own') as Scope,
    department_ids: role?.department_ids ?? [],
    permissions: role?.permissions ?? ['customer.read', 'contact.read', 'followup.read', 'task.read'],
    fields: role?.fields ?? Object.fromEntries(FIELD_GROUPS.map((f) => [f, 'masked'])),
  });
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const [touched, setTouched] = useState(!old);
  const set = (change: Partial<typeof values>) => {
    setValues((v) => ({ ...v, ...change }));
    setTouched(true);
    setErrors({});
  };
  const toggle = (list: string[], on: boolean) =>
    set({ permissions: on ? [...new Set([...values.permissions, ...list])] : values.permissions.filter((p) => !list.includes(p)) });
  const done = (text: string) => {
    void client.invalidateQueries({ queryKey: ['roles'] });
    tell(text);
    onClose();
  };
  const save = async () => {
    if (!values.name.trim()) {
      const found = { name: t('app.error.required', { label: t('account.field.role_name') }) };
      setErrors(found);
      return goToFirst(found);
    }
    setBusy(true);
    try {
      if (old) await patch(`/roles/${old.id}`, values, old.version);
      else await post('/roles', values);
      done(t('app.state.saved'));
    } catch (e) {
      setBusy(false);
      setErrors(errorsOf(e, (f) => f in values));
    }
  };
  const drop = async () => {
    if (old && (await confirm(t('account.ask.delete_role', { name: old.name }), t('account.ask.delete_role_text'), t('app.verb.delete'))))
      await remove(`/roles/${old.id}`, old.version).then(() => done(t('app.state.deleted')), tellError);
  };
  return (
    <Sheet
      wide
      title={old ? old.name : t('account.verb.create_role')}
      onClose={onClose}
      dirty={touched && !!old}
      onSubmit={() => void save()}
      footer={
        <>
          {old && !old.builtin && (
            <Button look="ghost" danger icon={<Trash2 size={15} />} onClick={() => void drop()}>
              {t('app.verb.delete')}
            </Button>
          )}
          <span className="sp" />
          <Button onClick={onClose}>{t('app.verb.cancel')}</Button>
          <Button look="primary" busy={busy} disabled={!touched} onClick={() => void save()}>
            {t('app.verb.save')}
          </Button>
        </>
      }
    >
      <div className="form">
        {errors.all && <div className="notice tone-red">{errors.all}</div>}
        <FormField name="name" label={t('account.field.role_name')} error={errors.name}>
          {(id) => <Input id={id} value={values.name} onChange={(name) => set({ name })} invalid={!!errors.name} autoFocus={!old} />}
        </FormField>
        <FormField name="scope" label={t('account.field.scope')} error={errors.scope} help={t('account.hint.scope')}>
          {(id) => (
            <Choices
              id={id}
              label={t('account.field.scope')}
              value={values.scope}
              options={SCOPES.map((s) => ({ code: s, label: t(`account.scope.${s}`) }))}
              onChange={(s) => s && set({ scope: s as Scope })}
            />
          )}
        </FormField>
        {values.scope === 'departments' && (
          <FormField name="department_ids" label={t('account.title.departments')} error={errors.department_ids}>
            {(id) => (
              <FieldInput
                id={id}
                many
                field={{ name: 'department_ids', label: t('account.title.departments'), kind: 'department', dictionary: null }}
                value={values.department_ids}
                onChange={(v) => set({ department_ids: (v as string[] | null) ?? [] })}
              />
            )}
          </FormField>
        )}
        {old && <Holders role={old} />}
        <div className="perms">
          <PermissionGrid has={values.permissions} was={old?.permissions} toggle={toggle} />
          <section>
            <h3>{t('account.title.fields')}</h3>
            {FIELD_GROUPS.map((f) => (
              <div key={f} className="row" style={{ padding: '4px 0' }}>
                <span className="sp" style={{ fontSize: 13 }}>
                  {t(`account.fields.${f}` as Key)}
                  {old && (old.fields[f] ?? 'hidden') !== (values.fields[f] ?? 'hidden') && (
                    <Chip tone="amber">{t('account.label.was', { was: t(`account.fields.${old.fields[f] ?? 'hidden'}` as Key) })}</Chip>
                  )}
                </span>
                <Choices
                  label={t(`account.fields.${f}` as Key)}
                  value={values.fields[f] ?? 'hidden'}
                  options={(['shown', 'masked', 'hidden'] as const).map((v) => ({ code: v, label: t(`account.fields.${v}`) }))}
                  onChange={(v) => v && set({ fields: { ...values.fields, [f]: v } })}
                />
              </div>
            ))}
          </section>
        </div>
      </div>
    </Sheet>
  );
}
