import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { CornerDownLeft, ListTodo, Search } from 'lucide-react';
import { useDeferredValue, useEffect, useState } from 'react';
import { post } from '@/api/client';
import { findQuery, useMay } from '@/api/shared';
import type { Customer, Found, Items } from '@/api/types';
import { holds } from '@/app/pinyin';
import { homeQuery } from '@/app/shell';
import { closeIt, openIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { isSensitive } from '@/features/customer/query';
import { Avatar, Chip } from '@/kit/chips';
import { type PaletteAct, useActs, usePlaces } from './acts';
import { useQuietWhileComposing } from './composing';
import { useHere } from './here';

/** Records, actions and places under one key. */
export default function Palette() {
  const t = useWord();
  const may = useMay();
  const navigate = useNavigate();
  const [q, setQ] = useState('');
  const asked = useDeferredValue(q.trim());
  const numbers = isSensitive(asked);
  const words = useQuery({ ...findQuery(asked), enabled: !!asked && !numbers, placeholderData: (old) => old });
  const exact = useQuery({
    queryKey: ['search-sensitive', asked],
    queryFn: async (): Promise<Found[]> =>
      (await post<Items<Customer>>('/customers/search-sensitive', { value: asked })).items.map((c) => ({
        kind: 'customer',
        id: c.id,
        title: c.name,
        subtitle: c.owner_name ?? '',
        customer_id: c.id,
        archived: c.archived,
      })),
    enabled: numbers,
    retry: false,
  });
  const { data: home } = useQuery(homeQuery);
  const found = asked ? ((numbers ? exact.data : words.data?.items) ?? []) : [];
  const waiting = numbers ? exact.isFetching : words.isFetching;
  // results of what was typed before stay in sight, but Enter must not open them
  const stale = q.trim() !== asked || (!numbers && words.isPlaceholderData);
  // the first record is what Enter opens, as soon as it is there; the arrows move on from it
  const first = found[0] && !stale ? found[0].kind + found[0].id : '';
  const [picked, pick] = useState('');
  useEffect(() => {
    if (first) pick(first);
  }, [first]);
  useQuietWhileComposing();
  // a frame later, when the palette is gone and has given the focus back: what opens then keeps it
  const run = (act: () => void) => () => {
    closeIt();
    requestAnimationFrame(act);
  };
  const toRecord = (f: Found) => () => {
    closeIt();
    if (f.kind === 'task' || f.kind === 'need' || f.kind === 'feedback' || f.kind === 'order') openIt({ what: f.kind, id: f.id });
    else
      void navigate({
        to: '/customers/$id',
        params: { id: f.kind === 'customer' ? f.id : (f.customer_id ?? '') },
        search: f.kind === 'contact' ? { tab: 'contacts' } : {},
      });
  };
  const acts = useActs(q && !numbers ? q : undefined).filter((a) => holds(a.name, q));
  const here = useHere();
  const hereActs = here?.acts.filter((a) => holds(a.name, q)) ?? [];
  const places = usePlaces().filter((p) => holds(p.name, q));
  const act = (a: PaletteAct) => (
    <Command.Item key={a.key} value={a.key} onSelect={run(a.act)}>
      <a.icon size={16} />
      <span className="cut">{a.name}</span>
      <span className="sp" />
      {a.hint?.split(' ').map((k) => (
        <kbd key={k}>{k}</kbd>
      ))}
    </Command.Item>
  );
  return (
    <Command.Dialog
      open
      onOpenChange={(o) => !o && closeIt()}
      label={t('app.label.palette')}
      shouldFilter={false}
      value={picked}
      onValueChange={pick}
      className="cmdk"
      overlayClassName="scrim"
      contentClassName="cmdk-wrap"
    >
      <Command.Input value={q} onValueChange={setQ} placeholder={t('app.hint.palette')} />
      <Command.List>
        {q && !waiting && !stale && <Command.Empty>{t('app.state.not_found', { q })}</Command.Empty>}
        {hereActs.length > 0 && <Command.Group heading={here?.name}>{hereActs.map(act)}</Command.Group>}
        {found.length > 0 && (
          <Command.Group heading={t('app.label.records')}>
            {found.map((f) => (
              <Command.Item key={f.kind + f.id} value={f.kind + f.id} disabled={stale} onSelect={toRecord(f)}>
                {f.kind === 'customer' ? (
                  <Avatar name={f.title} square size={22} />
                ) : f.kind === 'contact' ? (
                  <Avatar name={f.title} size={22} />
                ) : (
                  <ListTodo size={16} />
                )}
                <span className="cut">{f.title}</span>
                {f.archived && <Chip>{t('archive.label.standing')}</Chip>}
                <span className="sp" />
                <small className="cut">{f.subtitle}</small>
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {!q && (home?.recent.length ?? 0) > 0 && (
          <Command.Group heading={t('app.label.recent')}>
            {home?.recent.slice(0, 5).map((r) => (
              <Command.Item
                key={r.id}
                value={`recent${r.id}`}
                onSelect={run(() => navigate({ to: '/customers/$id', params: { id: r.id } }))}
              >
                <Avatar name={r.name} square size={22} />
                <span className="cut">{r.name}</span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {q && !numbers && !stale && may('customer.read') && (
          <Command.Group heading={t('app.label.list')}>
            <Command.Item value="list" onSelect={run(() => navigate({ to: '/customers', search: { q: q.trim() } }))}>
              <Search size={16} />
              {t('app.verb.search_list', { q: q.trim() })}
            </Command.Item>
          </Command.Group>
        )}
        {acts.length > 0 && <Command.Group heading={t('app.label.actions')}>{acts.map(act)}</Command.Group>}
        {places.length > 0 && <Command.Group heading={t('app.label.jump')}>{places.map(act)}</Command.Group>}
      </Command.List>
      <div className="cmdk-foot">
        <span>
          <kbd>↑</kbd>
          <kbd>↓</kbd> {t('app.keys.choose')}
        </span>
        <span>
          <kbd>
            <CornerDownLeft size={11} />
          </kbd>
          {t('app.keys.open')}
        </span>
        <span>
          <kbd>Esc</kbd> {t('app.keys.close')}
        </span>
        <span className="sp" />
        <span>{t('app.hint.pinyin')}</span>
      </div>
    </Command.Dialog>
  );
}
