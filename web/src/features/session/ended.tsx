import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { post, Refused, said } from '@/api/client';
import { sessionQuery } from '@/api/shared';
import type { Session } from '@/api/types';
import { cameBack } from '@/app/server/standing';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { useFocusTrap } from '@/kit/float';
import { FormField, Input, Password } from '@/kit/inputs';

/** The session ended under somebody's hands: the same person comes back in, and goes on where he was. The page behind cannot be read meanwhile. */
export default function Ended() {
  const t = useWord();
  const client = useQueryClient();
  const navigate = useNavigate();
  const ref = useRef<HTMLDivElement>(null);
  const [me] = useState(() => client.getQueryData<Session>(sessionQuery.queryKey)?.user);
  const [password, setPassword] = useState('');
  const [code, setCode] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useFocusTrap(ref, () => {}, 'input');
  const leave = () => {
    cameBack(false);
    client.clear();
    void navigate({ to: '/login', search: {} });
  };
  const send = async () => {
    if (!password || !me) return setError(t('session.error.both'));
    setBusy(true);
    setError(null);
    try {
      const session = await post<Session>('/session', { login: me.login, password, code: code || undefined });
      client.setQueryData(sessionQuery.queryKey, session);
      cameBack(true);
      if (session.must_change_password) void navigate({ to: '/password' });
      else if (session.must_enrol) void navigate({ to: '/enrol' });
      else void client.invalidateQueries();
    } catch (e) {
      if (e instanceof Refused && e.code === 'second_factor_needed') setCode((old) => old ?? '');
      else {
        const wait = e instanceof Refused && e.status === 429 ? e.retryAfter : null;
        setError(
          wait
            ? t('session.error.locked', { minutes: Math.max(1, Math.ceil(wait / 60)) })
            : e instanceof Refused && e.status === 401
              ? t(code === null ? 'session.error.wrong' : 'door.error.wrong_code')
              : said(e),
        );
      }
      setBusy(false);
    }
  };
  return createPortal(
    <>
      <div className="scrim veil" aria-hidden="true" />
      <div
        ref={ref}
        className="dialog"
        style={{ zIndex: 1311 }}
        role="dialog"
        aria-modal="true"
        aria-label={t('session.title.ended')}
        tabIndex={-1}
      >
        <h2>{t('session.title.ended')}</h2>
        <p>{t('session.hint.ended')}</p>
        <form
          className="col"
          onSubmit={(e) => {
            e.preventDefault();
            void send();
          }}
        >
          <input type="text" name="username" autoComplete="username" value={me?.login ?? ''} readOnly hidden />
          <FormField label={t('session.label.password_of', { name: me?.name ?? '' })} error={code === null ? error : null}>
            {(id) => (
              <Password
                id={id}
                value={password}
                onChange={setPassword}
                autoComplete="current-password"
                invalid={!!error && code === null}
              />
            )}
          </FormField>
          {code !== null && (
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
          )}
          <footer role="none">
            <Button onClick={leave}>{t('session.verb.another')}</Button>
            <Button type="submit" look="primary" busy={busy}>
              {t('session.verb.go_on')}
            </Button>
          </footer>
        </form>
      </div>
    </>,
    document.body,
  );
}
