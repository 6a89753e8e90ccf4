import { useQueryClient } from '@tanstack/react-query';
import { ImageUp, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { asRefused, remove, surely } from '@/api/client';
import { sessionQuery, useMe } from '@/api/shared';
import { language, useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { tell, tellError } from '@/kit/toast';

/** The company's picture, at the top left and on papers. */
export function Logo() {
  const t = useWord();
  const me = useMe();
  const client = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const run = async (act: () => Promise<unknown>, done: string) => {
    setBusy(true);
    try {
      await act();
      await client.invalidateQueries({ queryKey: sessionQuery.queryKey });
      tell(done);
    } catch (e) {
      tellError(e);
    }
    setBusy(false);
  };
  const send = (file: File) =>
    run(
      () =>
        surely(async () => {
          const body = new FormData();
          body.append('file', file);
          const got = await fetch('/api/v1/company/logo', {
            method: 'POST',
            body,
            headers: { 'Accept-Language': language() },
            credentials: 'same-origin',
          });
          if (!got.ok) throw asRefused(await got.json().catch(() => null), got.status);
        }),
      t('setting.logo.kept'),
    );
  return (
    <section className="card" aria-label={t('setting.logo.title')}>
      <h2>{t('setting.logo.title')}</h2>
      <p className="tx2">{t('setting.logo.hint')}</p>
      <div className="row wrap">
        {me.logo && <img className="logo-shown" src={`/api/v1/company/logo?mark=${me.logo}`} alt={me.company} />}
        <Button icon={<ImageUp size={15} />} busy={busy} onClick={() => input.current?.click()}>
          {t(me.logo ? 'setting.logo.replace' : 'setting.logo.choose')}
        </Button>
        {me.logo && (
          <Button
            icon={<Trash2 size={15} />}
            disabled={busy}
            onClick={() => void run(() => remove('/company/logo'), t('setting.logo.removed'))}
          >
            {t('setting.logo.remove')}
          </Button>
        )}
        <input
          ref={input}
          type="file"
          hidden
          accept="image/png,image/jpeg"
          aria-label={t('setting.logo.choose')}
          onChange={(e) => {
            const file = e.target.files?.[0];
            e.target.value = '';
            if (file) void send(file);
          }}
        />
      </div>
    </section>
  );
}
