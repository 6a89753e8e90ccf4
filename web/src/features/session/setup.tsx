import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { post, Refused, said } from '@/api/client';
import { sessionQuery, setupQuery } from '@/api/shared';
import type { Session } from '@/api/types';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { FormField, Input, Password } from '@/kit/inputs';
import { Frame, Strength } from './frame';

const route = getRouteApi('/setup');

/** The first administrator, from the one-time link that the first start prints. */
export default function Setup() {
  const t = useWord();
  const { token } = route.useSearch();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { data: state } = useQuery(setupQuery);
  const [form, setForm] = useState({ company: '', name: '', login: '', password: '' });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const set = (field: keyof typeof form) => (value: string) => {
    setForm((old) => ({ ...old, [field]: value }));
    setErrors(({ [field]: _gone, ...rest }) => rest);
  };
  const send = async () => {
    const missing: Record<string, string> = {};
    for (const field of ['company', 'name', 'login'] as const)
      if (!form[field].trim()) missing[field] = t('app.error.required', { label: t(`session.field.${field}`) });
    if (form.password.length < 10) missing.password = t('session.hint.password');
    setErrors(missing);
    if (Object.keys(missing).length) return;
    setBusy(true);
    try {
      const session = await post<Session>('/setup', {
        token,
        ...form,
        company: form.company.trim(),
        name: form.name.trim(),
        login: form.login.trim(),
      });
      client.clear();
      client.setQueryData(sessionQuery.queryKey, session);
      await navigate({ to: '/' });
    } catch (e) {
      const found: Record<string, string> = {};
      if (e instanceof Refused) for (const x of e.problem.errors ?? []) if (x.field && x.field in form) found[x.field] = x.message ?? '';
      setErrors(Object.keys(found).length ? found : { all: said(e) });
      setBusy(false);
    }
  };
  if (state && !state.needed)
    return (
      <Frame>
        <h1>{t('session.title.set_up_done')}</h1>
        <p className="mut">{t('session.hint.set_up_done')}</p>
        <Link to="/login" search={{ next: undefined }} className="btn primary lg block">
          {t('session.verb.sign_in')}
        </Link>
      </Frame>
    );
  if (!token)
    return (
      <Frame>
        <h1>{t('session.title.set_up')}</h1>
        <p className="mut">{t('session.hint.no_token')}</p>
      </Frame>
    );
  return (
    <Frame>
      <h1>{t('session.title.set_up')}</h1>
      <p className="mut">{t('session.hint.set_up')}</p>
      <form
        className="form"
        onSubmit={(e) => {
          e.preventDefault();
          void send();
        }}
      >
        <FormField label={t('session.field.company')} error={errors.company}>
          {(id) => (
            <Input
              id={id}
              value={form.company}
              onChange={set('company')}
              invalid={!!errors.company}
              autoFocus
              placeholder={t('session.hint.company_name')}
            />
          )}
        </FormField>
        <div className="grid2">
          <FormField label={t('session.field.name')} error={errors.name}>
            {(id) => <Input id={id} value={form.name} onChange={set('name')} invalid={!!errors.name} autoComplete="name" />}
          </FormField>
          <FormField label={t('session.field.login')} error={errors.login}>
            {(id) => (
              <Input
                id={id}
                value={form.login}
                onChange={set('login')}
                invalid={!!errors.login}
                autoComplete="username"
                autoCapitalize="none"
              />
            )}
          </FormField>
        </div>
        <FormField label={t('session.field.password')} error={errors.password}>
          {(id) => (
            <>
              <Password id={id} value={form.password} onChange={set('password')} invalid={!!errors.password} autoComplete="new-password" />
              {!errors.password && <Strength password={form.password} known={[form.login, form.company]} />}
            </>
          )}
        </FormField>
        {errors.all && <div className="notice tone-red">{errors.all}</div>}
        <Button type="submit" look="primary" size="lg" block busy={busy}>
          {t('session.verb.set_up')}
        </Button>
      </form>
    </Frame>
  );
}
