import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import {
  Building2,
  CopyCheck,
  CornerDownLeft,
  FileUp,
  House,
  Languages,
  ListTodo,
  MoonStar,
  NotebookPen,
  ScanSearch,
  Search,
  UserPlus,
  UserRoundCheck,
} from 'lucide-react';
import { useDeferredValue, useEffect, useState } from 'react';
import { post } from '@/api/client';
import { findQuery, useMay } from '@/api/shared';
import type { Customer, Found, Items } from '@/api/types';
import { isSensitive } from '@/features/customer/query';
import { Avatar, Chip } from '@/kit/chips';
import { homeQuery, managing, useChangeLanguage } from '@/app/shell';
import { closeIt, openIt, toggleTheme } from '@/app/ui';
import { useWord } from '@/app/words';

/** Records, actions and places under one key. */
export default function Palette() {
  const t = useWord();
  const may = useMay();
  const navigate = useNavigate();
  const changeLanguage = useChangeLanguage();
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
  const run = (act: () => void) => () => {
    closeIt();
    act();
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
  const has = (text: string) => !q || text.toLowerCase().includes(q.toLowerCase());
  const actions = [
    {
      key: 'new',
      icon: UserPlus,
      name: t('customer.verb.create'),
      hint: 'C',
      may: 'customer.create',
      act: () => openIt({ what: 'quick', name: q && !numbers ? q : undefined }),
    },
    {
      key: 'write',
      icon: NotebookPen,
      name: t('followup.verb.write'),
      hint: 'F',
      may: 'followup.write',
      act: () => openIt({ what: 'write' }),
    },
    { key: 'task', icon: ListTodo, name: t('task.verb.create'), may: 'task.write', act: () => openIt({ what: 'task' }) },
    { key: 'check', icon: ScanSearch, name: t('duplicate.title.check'), may: 'customer.read', act: () => openIt({ what: 'check' }) },
    { key: 'theme', icon: MoonStar, name: t('app.verb.theme'), act: toggleTheme },
    { key: 'language', icon: Languages, name: t('app.verb.language'), act: () => void changeLanguage() },
  ].filter((a) => (!a.may || may(a.may)) && has(a.name));
  const places = [
    { to: '/', icon: House, name: 'app.nav.home' as const, hint: 'G H', may: undefined },
    { to: '/tasks', icon: ListTodo, name: 'app.nav.tasks' as const, hint: 'G T', may: 'task.read' },
    { to: '/customers', icon: Building2, name: 'app.nav.customers' as const, hint: 'G K', may: 'customer.read' },
    { to: '/contacts', icon: Building2, name: 'app.nav.contacts' as const, hint: 'G P', may: 'contact.read' },
    { to: '/imports/new', icon: FileUp, name: 'import.verb.new' as const, hint: '', may: 'customer.import' },
    { to: '/suspects', icon: CopyCheck, name: 'duplicate.title.suspects' as const, hint: '', may: 'customer.read' },
    { to: '/key-changes', icon: UserRoundCheck, name: 'keychange.title.page' as const, hint: '', may: 'customer.read' },
    ...managing.map((m) => ({ ...m, hint: '' })),
  ].filter((p) => (!p.may || may(p.may)) && has(t(p.name)));
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
      onKeyDown={(e) => e.nativeEvent.isComposing && e.stopPropagation()}
    >
      <Command.Input value={q} onValueChange={setQ} placeholder={t('app.hint.palette')} />
      <Command.List>
        {q && !waiting && !stale && <Command.Empty>{t('app.state.not_found', { q })}</Command.Empty>}
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
        {actions.length > 0 && (
          <Command.Group heading={t('app.label.actions')}>
            {actions.map((a) => (
              <Command.Item key={a.key} value={a.key} onSelect={run(a.act)}>
                <a.icon size={16} />
                {a.name}
                <span className="sp" />
                {a.hint && <kbd>{a.hint}</kbd>}
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {places.length > 0 && (
          <Command.Group heading={t('app.label.jump')}>
            {places.map((p) => (
              <Command.Item key={p.to} value={p.to} onSelect={run(() => navigate({ to: p.to }))}>
                <p.icon size={16} />
                {t(p.name)}
                <span className="sp" />
                {p.hint?.split(' ').map((k) => (
                  <kbd key={k}>{k}</kbd>
                ))}
              </Command.Item>
            ))}
          </Command.Group>
        )}
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
