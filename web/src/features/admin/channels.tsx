import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus, RotateCw, Send } from 'lucide-react';
import { useState } from 'react';
import { get, post } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { useMe } from '@/api/shared';
import type { Items, List } from '@/api/types';
import { dayAndTime } from '@/app/dates';
import { Page } from '@/app/page';
import { type Key, useWord, wordOr } from '@/app/words';
import { Button, Segmented } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';
import { ChannelSheet } from './channel';
import { Settings } from './settings';

type S = components['schemas'];
export type Channel = S['OutboxChannel'];
type Tried = S['OutboxTried'];

/** How a test went, said at once. */
export const tried = (o: Tried, ok: string) =>
  o.sent ? tell(ok) : tellError([wordOr(`outbox.reason.${o.reason}` as Key, o.reason ?? ''), o.code].filter(Boolean).join(' · '));

/** 通知渠道: the mail server, the robots of groups, and what did not go out. */
export default function ChannelsPage() {
  const t = useWord();
  const me = useMe();
  return (
    <Page narrow title={t('outbox.title.channels')}>
      <div className="page-b form">
        {me.kind === 'demo' && <p className="field-help">{t('outbox.hint.demo')}</p>}
        <Mail />
        <Robots />
        <Hours />
        <Deliveries />
      </div>
    </Page>
  );
}

function Mail() {
  const t = useWord();
  const me = useMe();
  const [busy, setBusy] = useState(false);
  const test = async () => {
    setBusy(true);
    await post<Tried>('/mail/test').then((o) => tried(o, t('outbox.state.mail_sent')), tellError);
    setBusy(false);
  };
  return (
    <Settings group="mail" hint={t('outbox.hint.mail')}>
      <Button icon={<Send size={14} />} busy={busy} disabled={me.kind === 'demo'} onClick={() => void test()}>
        {t('outbox.verb.test_mail')}
      </Button>
    </Settings>
  );
}

const Hours = () => <Settings group="notice" hint={useWord()('outbox.hint.hours')} />;

function Robots() {
  const t = useWord();
  const me = useMe();
  const [open, setOpen] = useState<Channel | 'new' | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ['channels'],
    queryFn: async () => (await get<Items<Channel>>('/channels')).items,
  });
  const [testing, setTesting] = useState('');
  const test = async (c: Channel) => {
    setTesting(c.id);
    await post<Tried>(`/channels/${c.id}/test`).then((o) => tried(o, t('outbox.state.sent_to', { name: c.name })), tellError);
    setTesting('');
  };
  return (
    <section className="card">
      <header>
        <h2>{t('outbox.title.robots')}</h2>
        <span className="sp" />
        <Button size="sm" icon={<Plus size={14} />} onClick={() => setOpen('new')}>
          {t('outbox.verb.add')}
        </Button>
      </header>
      {error ? (
        <Failed error={error} retry={() => void refetch()} small />
      ) : !data ? (
        <Lines count={2} />
      ) : !data.length ? (
        <p className="field-help">{t('outbox.empty.robots')}</p>
      ) : (
        <ul className="rows">
          {data.map((c) => (
            <li key={c.id}>
              <button type="button" className="sp cut linklike" onClick={() => setOpen(c)}>
                <b className="cut">{c.name}</b>
                <small className="cut">
                  {t(`outbox.way.${c.kind}`)} · {c.host} · {t('outbox.label.kinds_count', { n: c.kinds.length })}
                </small>
              </button>
              {!c.active && <Chip tone="gray">{t('outbox.label.off')}</Chip>}
              <Button size="sm" busy={testing === c.id} disabled={me.kind === 'demo'} onClick={() => void test(c)}>
                {t('outbox.verb.test')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {open && <ChannelSheet channel={open === 'new' ? undefined : open} onClose={() => setOpen(null)} />}
    </section>
  );
}

const STATES = ['failed', 'waiting', 'sent', 'held'] as const;

function Deliveries() {
  const t = useWord();
  const client = useQueryClient();
  const [state, setState] = useState<(typeof STATES)[number]>('failed');
  const { data, error, refetch } = useQuery({
    queryKey: ['deliveries', state],
    queryFn: () => get<List<S['OutboxDelivery']>>('/deliveries', { state, limit: 50 }),
  });
  const again = (id: string) =>
    post(`/deliveries/${id}/retry`).then(() => {
      tell(t('outbox.state.again'));
      return client.invalidateQueries({ queryKey: ['deliveries'] });
    }, tellError);
  return (
    <section className="card col">
      <h2>{t('outbox.title.deliveries')}</h2>
      <Segmented
        label={t('outbox.title.deliveries')}
        small
        value={state}
        onChange={setState}
        options={STATES.map((s) => ({ value: s, label: t(`outbox.delivery.${s}`) }))}
      />
      {error ? (
        <Failed error={error} retry={() => void refetch()} small />
      ) : !data ? (
        <Lines count={3} />
      ) : !data.items.length ? (
        <p className="field-help">{t('outbox.empty.deliveries')}</p>
      ) : (
        <ul className="rows">
          {data.items.map((d) => (
            <li key={d.id}>
              <div className="sp cut">
                <b className="cut">
                  {t(`outbox.way.${d.way}`)} · {d.user || d.channel || '—'}
                </b>
                <small className="cut tn">
                  {d.created_at && dayAndTime(d.created_at)}
                  {d.reason && ` · ${wordOr(`outbox.reason.${d.reason}`, d.reason)}`}
                  {d.code ? ` (${d.code})` : ''}
                  {d.attempts > 1 && ` · ${t('outbox.label.attempts', { n: d.attempts })}`}
                </small>
              </div>
              {d.state === 'failed' && (
                <Button size="sm" icon={<RotateCw size={13} />} onClick={() => void again(d.id)}>
                  {t('outbox.verb.again')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
