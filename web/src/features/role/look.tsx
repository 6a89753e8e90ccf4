import { useState } from 'react';
import { post } from '@/api/client';
import type { Role } from '@/api/types';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { FormField } from '@/kit/inputs';
import { Select } from '@/kit/pick';
import { Sheet } from '@/kit/sheet';
import { tellError } from '@/kit/toast';
import { useHolders } from './holders';

/** Asks at whose place, and begins: the page is opened anew, so that nothing of before is left in it. */
export function LookSheet({ role, onClose }: { role: Role; onClose: () => void }) {
  const t = useWord();
  const holders = useHolders();
  const [user, setUser] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const begin = async () => {
    setBusy(true);
    try {
      await post('/session/look', { role_id: role.id, user_id: user ?? '' });
      location.assign('/');
    } catch (e) {
      setBusy(false);
      tellError(e);
    }
  };
  return (
    <Sheet
      title={t('account.title.look', { role: role.name })}
      onClose={onClose}
      onSubmit={() => void begin()}
      footer={
        <>
          <span className="sp" />
          <Button onClick={onClose}>{t('app.verb.cancel')}</Button>
          <Button look="primary" busy={busy} onClick={() => void begin()}>
            {t('account.verb.look_begin')}
          </Button>
        </>
      }
    >
      <p style={{ marginBottom: 14 }}>{t('account.about.look')}</p>
      {holders && (
        <FormField name="look_user" label={t('account.field.look_user')} help={t('account.about.look_user')}>
          {(id) => (
            <Select
              id={id}
              label={t('account.field.look_user')}
              value={user}
              onChange={(v) => setUser(v as string | null)}
              placeholder={t('account.label.look_self')}
              options={holders(role).map((u) => ({ value: u.id, label: u.name }))}
            />
          )}
        </FormField>
      )}
    </Sheet>
  );
}
