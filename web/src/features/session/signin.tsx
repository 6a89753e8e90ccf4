import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Navigate, useNavigate, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { post, Refused, said } from '@/api/client';
import { sessionQuery, setupQuery } from '@/api/shared';
import type { Session } from '@/api/types';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { Check, FormField, Input, Password } from '@/kit/inputs';
import { Frame } from './frame';

const route = getRouteApi('/login');

export default function SignIn() {
  const t = useWord();
  const { next } = route.useSearch();
  const navigate = useNavigate();
  const router = useRouter();
  const client = useQueryClient();
  const { data: setup } = useQuery(setupQuery);
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState<string | null>(null); // null while nobody has asked for it
  const [trusted, setTrusted] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  if (setup?.needed) return <Navigate to="/setup" search={{ token: undefined }} />;
  const send = async () => {
    if (!login.trim() || !password) return setError(t('session.error.both'));
    setBusy(true);
    setError(null);
    try {
      const session = await post<Session>('/session', {
        login: login.trim(),
        password,
        code: code || undefined,
        trusted: trusted || undefined,
      });
      client.clear();
      client.setQueryData(sessionQuery.queryKey, session);
      if (session.must_change_password) await navigate({ to: '/password' });
      else if (session.must_enrol) await navigate({ to: '/enrol' });
      else if (next) router.history.push(next);
      else await navigate({ to: '/' });
    } catch (e) {
      if (e instanceof Refused && e.code === 'second_factor_needed') {
        setCode('');
        setBusy(false);
        return;
      }
      const wait = e instanceof Refused && e.status === 429 ? e.retryAfter : null;
      setError(
        wait
          ? t('session.error.locked', { minutes: Math.max(1, Math.ceil(wait / 60)) })
          : e instanceof Refused && e.status === 401
            ? t(code === null ? 'session.error.wrong' : 'door.error.wrong_code')
            : said(e),
      );
      setBusy(false);
    }
  };
  return (
    <Frame>
      <h1>{t('session.title.sign_in')}</h1>
      <p className="mut">{setup?.company ? t('session.hint.company', { company: setup.company }) : t('session.hint.sign_in')}</p>
      <form
        className="form"
        onSubmit={(e) => {
          e.preventDefault();
          void send();
        }}
      >
        {code === null ? (
          <>
            <FormField label={t('session.field.login')}>
              {(id) => (
                <Input
                  id={id}
                  value={login}
                  onChange={setLogin}
                  autoComplete="username"
                  autoCapitalize="none"
                  autoFocus
                  placeholder={t('session.hint.login')}
                />
              )}
            </FormField>
            <FormField label={t('session.field.password')} error={error}>
              {(id) => <Password id={id} value={password} onChange={setPassword} autoComplete="current-password" invalid={!!error} />}
            </FormField>
            <Check checked={trusted} onChange={setTrusted}>
              {t('session.field.trusted')}
            </Check>
          </>
        ) : (
          <>
            <p>{t('door.hint.code')}</p>
            <FormField label={t('door.field.code')} error={error}>
              {(id) => (
                <Input
                  id={id}
                  value={code}
                  onChange={setCode}
                  autoComplete="one-time-code"
                  autoCapitalize="none"
                  invalid={!!error}
                  autoFocus
                />
              )}
            </FormField>
          </>
        )}
        <Button type="submit" look="primary" size="lg" block busy={busy}>
          {t('session.verb.sign_in')}
        </Button>
        {code !== null && (
          <Button
            block
            onClick={() => {
              setCode(null);
              setPassword('');
              setError(null);
            }}
          >
            {t('door.verb.back')}
          </Button>
        )}
        {setup?.kind === 'demo' && (
          <div className="notice tone-amber">
            <span>{t('session.hint.demo')}</span>
          </div>
        )}
        <p className="field-help">{t('session.hint.forgot')}</p>
      </form>
    </Frame>
  );
}
