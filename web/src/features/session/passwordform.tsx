import { useState } from 'react';
import { post, Refused, said } from '@/api/client';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { FormField, Password } from '@/kit/inputs';
import { Strength } from './frame';

export function PasswordForm({ done, login, large }: { done: () => void; login: string; large?: boolean }) {
  const t = useWord();
  const [current, setCurrent] = useState('');
  const [fresh, setFresh] = useState('');
  const [errors, setErrors] = useState<{ current?: string; fresh?: string }>({});
  const [busy, setBusy] = useState(false);
  const send = async () => {
    if (!current) return setErrors({ current: t('app.error.required', { label: t('session.field.current') }) });
    if (fresh.length < 10) return setErrors({ fresh: t('session.hint.password') });
    if (fresh === current) return setErrors({ fresh: t('session.error.same') });
    setBusy(true);
    try {
      await post('/me/password', { current, new: fresh });
      done();
    } catch (e) {
      const field = e instanceof Refused ? e.first()?.field : undefined;
      setErrors(field === 'current' || (e instanceof Refused && e.status === 401) ? { current: said(e) } : { fresh: said(e) });
      setBusy(false);
    }
  };
  return (
    <form
      className="form"
      onSubmit={(e) => {
        e.preventDefault();
        void send();
      }}
    >
      <FormField label={t('session.field.current')} error={errors.current}>
        {(id) => (
          <Password id={id} value={current} onChange={setCurrent} invalid={!!errors.current} autoComplete="current-password" autoFocus />
        )}
      </FormField>
      <FormField label={t('session.field.new')} error={errors.fresh}>
        {(id) => (
          <>
            <Password id={id} value={fresh} onChange={setFresh} invalid={!!errors.fresh} autoComplete="new-password" />
            {!errors.fresh && <Strength password={fresh} known={[login]} />}
          </>
        )}
      </FormField>
      <Button type="submit" look="primary" size={large ? 'lg' : undefined} block busy={busy}>
        {t('session.verb.change_password')}
      </Button>
    </form>
  );
}
