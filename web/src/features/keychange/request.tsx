import '@/styles/keychange.css';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowRight } from 'lucide-react';
import { useState } from 'react';
import { post } from '@/api/client';
import { useFields, useMe } from '@/api/shared';
import { full, relative } from '@/app/dates';
import { useWord, wordOr } from '@/app/words';
import { useReveal } from '@/features/contact/reveal';
import { Button } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { ask } from '@/kit/dialog';
import { Area, FormField } from '@/kit/inputs';
import { tell, tellError } from '@/kit/toast';
import type { KeyField, KeyRequest } from './data';
import { whoDecides } from './told';

const TONE = { open: 'amber', accepted: 'green', declined: 'red', withdrawn: 'gray', moot: 'gray' } as const;

/** One word of somebody that waits or waited: what stood, what stands and what is proposed side by side. */
export function Request({ request: r, named }: { request: KeyRequest; named?: boolean }) {
  const t = useWord();
  const client = useQueryClient();
  const fields = useFields('customer');
  const me = useMe();
  const [busy, setBusy] = useState('');
  const label = (f: KeyField) =>
    r.kind === 'customer'
      ? (fields?.find((x) => x.name === f.name)?.label ?? wordOr(`customer.field.${f.name}`, f.name))
      : wordOr(`contact.field.${f.name}`, f.name);
  const shown = (r.fields ?? []).filter((f) => f.name !== 'contact'); // who is added or removed is named above
  const act = async (verb: 'accept' | 'decline' | 'withdraw', body?: unknown) => {
    setBusy(verb);
    try {
      await post(`/key-changes/${r.id}/${verb}`, body, r.version);
      tell(t(`keychange.state.done_${verb}`));
    } catch (e) {
      tellError(e);
    }
    await client.invalidateQueries({ queryKey: ['customers'] });
    void client.invalidateQueries({ queryKey: ['contacts'] });
    void client.invalidateQueries({ queryKey: ['timeline', r.customer_id] });
    void client.invalidateQueries({ queryKey: ['history', r.customer_id] });
    void client.invalidateQueries({ queryKey: ['notices'] });
    setBusy('');
  };
  const decline = async () => {
    const note = await ask<string>({
      title: t('keychange.ask.decline'),
      text: t('keychange.ask.decline_text', { who: r.asker_name ?? '—' }),
      ok: t('keychange.verb.decline'),
      form: (value, set) => (
        <FormField label={t('keychange.label.note')}>
          {(id) => <Area id={id} rows={2} maxLength={500} value={value ?? ''} onChange={(v) => set(v.trim() ? v : undefined)} />}
        </FormField>
      ),
    });
    if (note) await act('decline', { note: note.trim() });
  };
  return (
    <li className="key-change">
      <header className="row wrap">
        {named && (
          <Link to="/customers/$id" params={{ id: r.customer_id }} className="link plain">
            <b>{r.customer_name}</b>
          </Link>
        )}
        <span>{t(`keychange.kind.${r.kind}`, { name: r.contact_name ?? '—' })}</span>
        <small className="mut tn" title={full(r.asked_at ?? '')}>
          {t('keychange.label.asked', { who: r.asker_name ?? '—', when: relative(r.asked_at ?? '') })}
        </small>
        <span className="sp" />
        {r.state === 'open' ? (
          <Chip tone="amber">
            {r.waits_for === me.name ? t('keychange.state.you') : t('keychange.state.open', { who: whoDecides(r.waits_for) })}
          </Chip>
        ) : (
          <Chip tone={TONE[r.state]}>{t(`keychange.state.${r.state}`)}</Chip>
        )}
      </header>
      {shown.length > 0 && (
        <dl>
          {shown.map((f) => (
            <Side key={f.name} request={r} field={f} label={label(f)} />
          ))}
        </dl>
      )}
      {r.state !== 'open' && r.decided_at && (
        <p className="mut tn">
          {t('keychange.label.decided', { who: r.decided_by_name ?? t('keychange.who.nobody'), when: full(r.decided_at) })}
          {r.note && <span className="tx2"> · {r.note}</span>}
        </p>
      )}
      {(r.may_decide || r.may_withdraw) && (
        <footer className="row wrap">
          {r.may_decide && (
            <>
              <Button size="sm" look="primary" busy={busy === 'accept'} disabled={!!busy} onClick={() => void act('accept')}>
                {t('keychange.verb.accept')}
              </Button>
              <Button size="sm" busy={busy === 'decline'} disabled={!!busy} onClick={() => void decline()}>
                {t('keychange.verb.decline')}
              </Button>
            </>
          )}
          {r.may_withdraw && (
            <Button size="sm" look="ghost" busy={busy === 'withdraw'} disabled={!!busy} onClick={() => void act('withdraw')}>
              {t('keychange.verb.withdraw')}
            </Button>
          )}
        </footer>
      )}
    </li>
  );
}

function Side({ request: r, field: f, label }: { request: KeyRequest; field: KeyField; label: string }) {
  const t = useWord();
  const reveal = useReveal();
  const [clear, setClear] = useState<string | null>(null);
  const show = async () => {
    if (clear) return setClear(null);
    const value = await reveal.proposed(r.id, f.name);
    if (!value) return;
    setClear(value);
    setTimeout(() => setClear(null), 30_000);
  };
  const moved = r.state === 'open' && r.kind !== 'contact_add' && f.was !== f.now;
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {r.kind !== 'contact_add' && (
          <>
            <span className="key-was">
              <small>{t(moved || r.state !== 'open' ? 'keychange.label.was' : 'keychange.label.now')}</small>
              <span className="tn">{f.was || '—'}</span>
            </span>
            {moved && (
              <span className="key-was">
                <small>{t('keychange.label.now')}</small>
                <span className="tn">{f.now || t('keychange.label.nothing')}</span>
              </span>
            )}
            <ArrowRight size={15} className="mut" aria-hidden="true" />
          </>
        )}
        <span className="key-will">
          {r.kind !== 'contact_add' && <small>{t('keychange.label.will')}</small>}
          <b className="tn">{clear ?? (f.will || t('keychange.label.nothing'))}</b>
        </span>
        {f.full && (
          <Button size="sm" look="ghost" onClick={() => void show()}>
            {t(clear ? 'app.verb.hide' : 'contact.verb.reveal')}
          </Button>
        )}
        {f.alike && <small className="key-alike">{t('keychange.hint.alike')}</small>}
      </dd>
    </div>
  );
}
