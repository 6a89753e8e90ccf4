import { useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, ShieldOff, UserRoundCheck, UserRoundX } from 'lucide-react';
import { useState } from 'react';
import { patch, post } from '@/api/client';
import { rolesQuery, useMe } from '@/api/shared';
import type { User } from '@/api/types';
import { useWord } from '@/app/words';
import { type Errors, errorsOf, goToFirst } from '@/features/customer/save';
import { Devices } from '@/features/security/devices';
import { Strength } from '@/features/session/frame';
import { Button } from '@/kit/button';
import { ask, confirm } from '@/kit/dialog';
import { FieldInput } from '@/kit/fieldinput';
import { Check, FormField, Input, Password } from '@/kit/inputs';
import { Select } from '@/kit/pick';
import { Sheet } from '@/kit/sheet';
import { tell, tellError } from '@/kit/toast';

type Values = {
  name: string;
  login: string;
  employee_no: string;
  department_id: string | null;
  role_ids: string[];
  mobile: string;
  email: string;
};

export function UserSheet({ user: u, department, onClose }: { user?: User; department: string | null; onClose: () => void }) {
  const t = useWord();
  const me = useMe();
  const client = useQueryClient();
  const { data: roles } = useQuery(rolesQuery);
  const start: Values = {
    name: u?.name ?? '',
    login: u?.login ?? '',
    employee_no: u?.employee_no ?? '',
    department_id: u?.department_id ?? department,
    role_ids: u?.role_ids ?? [],
    mobile: u?.mobile ?? '',
    email: u?.email ?? '',
  };
  const [values, setValues] = useState(start);
  const [password, setPassword] = useState('');
  const [must, setMust] = useState(true);
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const set = (change: Partial<Values>) => {
    setValues((old) => ({ ...old, ...change }));
    setErrors({});
  };
  const changed = (Object.keys(values) as (keyof Values)[]).filter((k) => JSON.stringify(values[k]) !== JSON.stringify(start[k]));
  const refresh = () => {
    void client.invalidateQueries({ queryKey: ['users'] });
    void client.invalidateQueries({ queryKey: ['departments'] });
    void client.invalidateQueries({ queryKey: ['colleagues'] });
  };
  const save = async () => {
    const found: Errors = {};
    if (!values.name.trim()) found.name = t('app.error.required', { label: t('account.field.name') });
    if (!values.login.trim()) found.login = t('app.error.required', { label: t('account.field.login') });
    if (!values.role_ids.length) found.role_ids = t('app.error.choose', { label: t('account.field.roles') });
    if (!u && password.length < 10) found.password = t('session.hint.password');
    setErrors(found);
    if (Object.keys(found).length) return goToFirst(found);
    setBusy(true);
    try {
      if (u) await patch(`/users/${u.id}`, Object.fromEntries(changed.map((k) => [k, values[k] === '' ? null : values[k]])), u.version);
      else
        await post('/users', {
          ...Object.fromEntries(Object.entries(values).filter(([, v]) => v !== '' && v !== null)),
          password,
          must_change_password: must,
        });
      refresh();
      tell(t(u ? 'app.state.saved' : 'account.state.created', { name: values.name }));
      onClose();
    } catch (e) {
      setBusy(false);
      const put = errorsOf(e, (f) => f in values || f === 'password');
      setErrors(put);
      goToFirst(put);
    }
  };
  const reset = async () => {
    const fresh = await ask<string>({
      title: t('account.verb.reset_password'),
      text: t('account.ask.reset_text', { name: u?.name ?? '' }),
      form: (value, put) => (
        <>
          <Password
            value={value ?? ''}
            onChange={(v) => put(v || undefined)}
            autoComplete="new-password"
            aria-label={t('session.field.new')}
            placeholder={t('session.field.new')}
          />
          <Strength password={value ?? ''} known={[values.login]} />
        </>
      ),
    });
    if (!fresh || !u) return;
    await post(`/users/${u.id}/password`, { password: fresh }, u.version).then(() => {
      refresh();
      tell(t('account.state.reset'));
    }, tellError);
  };
  const resetFactor = async () => {
    if (!u) return;
    const text = t('door.ask.reset_factor_text', { name: u.name });
    if (!(await confirm(t('door.ask.reset_factor', { name: u.name }), text, t('door.verb.reset_factor')))) return;
    await post(`/users/${u.id}/reset-second-factor`).then(() => {
      void client.invalidateQueries({ queryKey: ['sessions', u.id] });
      tell(t('door.state.factor_reset'));
    }, tellError);
  };
  const turn = async (verb: 'disable' | 'enable') => {
    if (!u) return;
    await post(`/users/${u.id}/${verb}`, {}, u.version).then(() => {
      refresh();
      tell(t(verb === 'disable' ? 'account.state.now_disabled' : 'account.state.now_enabled', { name: u.name }));
      onClose();
    }, tellError);
  };
  const text = (name: 'name' | 'login' | 'employee_no' | 'mobile' | 'email', label: string, optional = false) => (
    <FormField name={name} label={label} error={errors[name]} optional={optional}>
      {(id) => (
        <Input
          id={id}
          value={values[name]}
          onChange={(v) => set({ [name]: v })}
          invalid={!!errors[name]}
          autoFocus={name === 'name' && !u}
          autoCapitalize={name === 'login' ? 'none' : undefined}
        />
      )}
    </FormField>
  );
  return (
    <Sheet
      title={u ? u.name : t('account.verb.create')}
      onClose={onClose}
      dirty={changed.length > 0 || !!password}
      onSubmit={() => void save()}
      footer={
        <>
          <span className="sp" />
          <Button onClick={onClose}>{t('app.verb.cancel')}</Button>
          <Button look="primary" busy={busy} disabled={!!u && !changed.length} onClick={() => void save()} keys={['Ctrl', '↵']}>
            {t('app.verb.save')}
          </Button>
        </>
      }
    >
      <div className="form">
        {errors.all && <div className="notice tone-red">{errors.all}</div>}
        <div className="grid2">
          {text('name', t('account.field.name'))}
          {text('login', t('account.field.login'))}
          {text('employee_no', t('account.field.employee_no'), true)}
          <FormField name="department_id" label={t('account.field.department')} error={errors.department_id}>
            {(id) => (
              <FieldInput
                id={id}
                field={{ name: 'department_id', label: t('account.field.department'), kind: 'department', dictionary: null }}
                value={values.department_id}
                onChange={(v) => set({ department_id: v as string | null })}
                invalid={!!errors.department_id}
              />
            )}
          </FormField>
          {text('mobile', t('contact.field.mobile'), true)}
          {text('email', t('contact.field.email'), true)}
        </div>
        <FormField name="role_ids" label={t('account.field.roles')} error={errors.role_ids}>
          {(id) => (
            <Select
              id={id}
              multiple
              label={t('account.field.roles')}
              value={values.role_ids}
              options={(roles ?? []).map((r) => ({ value: r.id, label: r.name }))}
              onChange={(v) => set({ role_ids: (v as string[] | null) ?? [] })}
              invalid={!!errors.role_ids}
              placeholder={t('app.hint.choose')}
            />
          )}
        </FormField>
        {!u && (
          <>
            <FormField name="password" label={t('account.field.first_password')} error={errors.password}>
              {(id) => (
                <>
                  <Password id={id} value={password} onChange={setPassword} autoComplete="new-password" invalid={!!errors.password} />
                  {!errors.password && <Strength password={password} known={[values.login]} />}
                </>
              )}
            </FormField>
            <Check checked={must} onChange={setMust}>
              {t('account.field.must_change')}
            </Check>
          </>
        )}
        {u && u.id !== me.id && (
          <section className="group">
            <h3>{t('account.title.access')}</h3>
            <div className="row wrap">
              <Button icon={<KeyRound size={15} />} onClick={() => void reset()}>
                {t('account.verb.reset_password')}
              </Button>
              <Button icon={<ShieldOff size={15} />} onClick={() => void resetFactor()}>
                {t('door.verb.reset_factor')}
              </Button>
              {u.state === 'active' ? (
                <Button danger icon={<UserRoundX size={15} />} onClick={() => void turn('disable')}>
                  {t('account.verb.disable')}
                </Button>
              ) : (
                <Button icon={<UserRoundCheck size={15} />} onClick={() => void turn('enable')}>
                  {t('account.verb.enable')}
                </Button>
              )}
            </div>
            <p className="field-help">{t('account.hint.disable')}</p>
            <h3>{t('door.title.sessions_of')}</h3>
            <Devices user={u.id} />
          </section>
        )}
      </div>
    </Sheet>
  );
}
