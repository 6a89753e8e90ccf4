import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import {
  AlarmClock,
  Archive,
  BadgeCheck,
  BellRing,
  BookText,
  Building,
  Building2,
  ChartColumn,
  CircleHelp,
  ClipboardCheck,
  Contact,
  FileUp,
  FolderArchive,
  Hash,
  HeartHandshake,
  House,
  Languages,
  LayoutTemplate,
  ListChecks,
  ListPlus,
  ListTodo,
  LockKeyhole,
  type LucideIcon,
  MessageSquareHeart,
  MoonStar,
  NotebookPen,
  Plus,
  ReceiptText,
  Scroll,
  Search,
  Shapes,
  ShieldCheck,
  Sun,
  UserRound,
  UsersRound,
} from 'lucide-react';
import { Suspense, useEffect } from 'react';
import { get } from '@/api/client';
import { fieldWordsQuery, sessionQuery, useMay, useMe } from '@/api/shared';
import type { Home } from '@/api/types';
import { tells } from '@/features/help/where';
import { seenBy } from '@/features/home/seen';
import { Bell } from '@/features/notice/bell';
import { LookBanner } from '@/features/session/lookbanner';
import { meMenu } from '@/features/session/memenu';
import { fileOf, keepPasted, tableOf } from '@/features/sheets/paste';
import { FavouriteViews } from '@/features/view/menu';
import { Button, IconButton } from '@/kit/button';
import { Avatar } from '@/kit/chips';
import { DialogHost } from '@/kit/dialog';
import { MenuHost, openMenu } from '@/kit/menu';
import { warmForms } from '@/kit/pick';
import { Lines } from '@/kit/states';
import { Toaster } from '@/kit/toast';
import { Overlays, warmOverlays } from './overlays';
import { closeIt, forPage, nothingOpen, openIt, toggleTheme, usePhone, useUI } from './ui';
import { type Key, language, speak, useWord, word } from './words';

const I = { size: 16, strokeWidth: 1.75 };
type Place = { to: string; icon: LucideIcon; name: Key; may?: string };
export const daily: Place[] = [
  { to: '/', icon: House, name: 'app.nav.home' },
  { to: '/tasks', icon: ListTodo, name: 'app.nav.tasks', may: 'task.read' },
];
export const selling: Place[] = [
  { to: '/customers', icon: Building2, name: 'app.nav.customers', may: 'customer.read' },
  { to: '/contacts', icon: Contact, name: 'app.nav.contacts', may: 'contact.read' },
  { to: '/orders', icon: ReceiptText, name: 'app.nav.orders', may: 'order.read' },
  { to: '/segments', icon: Shapes, name: 'app.nav.segments', may: 'customer.read' },
  { to: '/archive', icon: FolderArchive, name: 'archive.title.list', may: 'customer.read' },
  { to: '/imports', icon: FileUp, name: 'app.nav.imports', may: 'customer.import' },
];
export const serving: Place[] = [
  { to: '/needs', icon: HeartHandshake, name: 'app.nav.needs', may: 'need.read' },
  { to: '/feedback', icon: MessageSquareHeart, name: 'app.nav.feedback', may: 'feedback.read' },
  { to: '/reports', icon: ChartColumn, name: 'reportpage.title.reports', may: 'report.read' },
  { to: '/quality', icon: BadgeCheck, name: 'quality.title', may: 'customer.read' },
  { to: '/reviews', icon: ClipboardCheck, name: 'review.title.reviews', may: 'review.read' },
];
export const managing: Place[] = [
  { to: '/admin/people', icon: UsersRound, name: 'app.nav.people', may: 'user.manage' },
  { to: '/admin/roles', icon: ShieldCheck, name: 'app.nav.roles', may: 'role.manage' },
  { to: '/admin/dictionaries', icon: BookText, name: 'app.nav.dictionaries', may: 'dictionary.manage' },
  { to: '/admin/fields', icon: ListPlus, name: 'app.nav.fields', may: 'field.manage' },
  { to: '/admin/company', icon: Building, name: 'setting.title.company', may: 'setting.manage' },
  { to: '/admin/presets', icon: LayoutTemplate, name: 'app.nav.presets', may: 'setting.manage' },
  { to: '/admin/field-rules', icon: ListChecks, name: 'app.nav.field_rules', may: 'field.manage' },
  { to: '/admin/numbering', icon: Hash, name: 'app.nav.numbering', may: 'numbering.manage' },
  { to: '/admin/channels', icon: BellRing, name: 'outbox.title.channels', may: 'setting.manage' },
  { to: '/admin/security', icon: LockKeyhole, name: 'door.title.security', may: 'setting.manage' },
  { to: '/admin/backups', icon: Archive, name: 'backup.title', may: 'backup.manage' },
  { to: '/admin/alerts', icon: AlarmClock, name: 'alert.title.rules', may: 'setting.manage' },
  { to: '/admin/audit', icon: Scroll, name: 'app.nav.audit', may: 'audit.read' },
];

export const homeQuery = {
  queryKey: ['home'],
  queryFn: async ({ client }: { client: QueryClient }) => {
    const me = client.getQueryData(sessionQuery.queryKey)?.user.id;
    const home = await get<Home>('/home', { seen: me && seenBy(me).join(',') });
    return { ...home, recent: home.recent ?? [] };
  },
  staleTime: 30_000,
};

export function useChangeLanguage() {
  const client = useQueryClient();
  return async () => {
    await speak(language() === 'en' ? 'zh-CN' : 'en');
    await client.invalidateQueries();
  };
}

/** Where G and a letter go. */
export const GO: Record<string, string> = { h: '/', t: '/tasks', k: '/customers', p: '/contacts' };

/** C, G then a letter, ?, / and Ctrl+K work on every page; the palette lists them. */
function useKeys() {
  const navigate = useNavigate();
  const may = useMay();
  const creates = may('customer.create');
  const writes = may('followup.write');
  useEffect(() => {
    let g = 0;
    const onKey = (e: KeyboardEvent) => {
      if ((e.metaKey || e.ctrlKey) && e.key.toLowerCase() === 'k' && !e.isComposing) {
        e.preventDefault();
        openIt({ what: 'palette' });
        return;
      }
      if (!forPage(e) || !nothingOpen() || document.querySelector('.pop,.dialog')) return;
      const key = e.key.toLowerCase();
      if (Date.now() - g < 800) {
        g = 0;
        const to = GO[key];
        if (to) void navigate({ to });
        return;
      }
      if (key === '/') {
        e.preventDefault();
        openIt({ what: 'palette' });
      } else if (key === '?') {
        e.preventDefault();
        openIt({ what: 'keys' });
      } else if (key === 'c' && creates) {
        e.preventDefault();
        openIt({ what: 'quick' });
      } else if (key === 'f' && writes) {
        e.preventDefault();
        openIt({ what: 'write' });
      } else if (key === 'g') g = Date.now();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [navigate, creates, writes]);
}

/** Rows copied from a spreadsheet and pasted on a list come in as an import. */
function usePastedRows(path: string) {
  const navigate = useNavigate();
  const may = useMay();
  const imports = may('customer.import') && path === '/customers';
  useEffect(() => {
    if (!imports) return;
    const onPaste = (e: ClipboardEvent) => {
      const table = (e.target as HTMLElement).closest('input,textarea,[contenteditable]')
        ? null
        : tableOf(e.clipboardData?.getData('text/plain') ?? '');
      if (!table) return;
      e.preventDefault();
      keepPasted(fileOf(table, `${word('import.label.pasted')}.tsv`));
      void navigate({ to: '/imports/new' });
    };
    addEventListener('paste', onPaste);
    return () => removeEventListener('paste', onPaste);
  }, [imports, navigate]);
}

export function Shell() {
  const t = useWord();
  const me = useMe();
  const may = useMay();
  const phone = usePhone();
  const theme = useUI((s) => s.theme);
  const client = useQueryClient();
  const navigate = useNavigate();
  const changeLanguage = useChangeLanguage();
  const path = useRouterState({ select: (s) => s.location.pathname });
  const { data: home } = useQuery(homeQuery);
  useQuery(fieldWordsQuery);
  useKeys();
  usePastedRows(path);
  useEffect(() => {
    const timer = setTimeout(() => {
      warmForms();
      warmOverlays();
    }, 2000);
    return () => clearTimeout(timer);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what floats belongs to the page it was opened on
  useEffect(() => closeIt(), [path]);

  // pairs of customers belong to the customers
  const on = (to: string) =>
    to === '/'
      ? path === '/'
      : path.startsWith(to) ||
        (to === '/customers' && (path === '/suspects' || path === '/key-changes')) ||
        (to === '/reports' && path === '/follow-ups');
  const link = (p: Place, size = 16) =>
    (!p.may || may(p.may)) && (
      <Link key={p.to} to={p.to} className={on(p.to) ? 'nav on' : 'nav'} aria-current={on(p.to) ? 'page' : undefined}>
        <p.icon size={size} strokeWidth={1.75} />
        <span>{t(p.name)}</span>
        {p.to === '/tasks' && home && home.tasks_today + home.overdue > 0 && <em>{home.tasks_today + home.overdue}</em>}
      </Link>
    );
  const admin = managing.filter((p) => !p.may || may(p.may));
  const create = (e: React.MouseEvent<HTMLElement>) =>
    openMenu({
      anchor: e.currentTarget,
      align: 'end',
      items: [
        ...(may('customer.create')
          ? [{ key: 'c', label: t('customer.verb.create'), icon: <Building2 size={15} />, hint: 'C', run: () => openIt({ what: 'quick' }) }]
          : []),
        ...(may('followup.write')
          ? [
              {
                key: 'f',
                label: t('followup.verb.write'),
                icon: <NotebookPen size={15} />,
                hint: 'F',
                run: () => openIt({ what: 'write' }),
              },
            ]
          : []),
        ...(may('task.write')
          ? [{ key: 't', label: t('task.verb.create'), icon: <ListTodo size={15} />, run: () => openIt({ what: 'task' }) }]
          : []),
      ],
    });
  const creates = may('customer.create', 'followup.write', 'task.write');
  return (
    <div className={me.kind === 'demo' ? 'shell with-demo' : 'shell'}>
      <LookBanner />
      {me.kind === 'demo' && (
        <section className="demo cut" aria-label={t('app.demo.banner')}>
          {t('app.demo.banner')}
        </section>
      )}
      <a className="skip" href="#main">
        {t('app.label.skip')}
      </a>
      {!phone && (
        <aside className="side" aria-label={t('app.label.side')}>
          <Link to="/" className="brandline">
            {me.logo ? (
              <img className="logo" src={`/api/v1/company/logo?mark=${me.logo}`} height={24} alt="" />
            ) : (
              <img src="/favicon.svg" width={24} height={24} alt="" />
            )}
            <b className="cut">{me.company || t('app.name')}</b>
          </Link>
          <nav aria-label={t('app.label.navigation')}>
            {daily.map((p) => link(p))}
            <p>{t('app.nav.selling')}</p>
            {selling.map((p) => link(p))}
            <FavouriteViews />
            {may('need.read', 'feedback.read', 'report.read', 'review.read') && <p>{t('app.nav.serving')}</p>}
            {serving.map((p) => link(p))}
            {admin.length > 0 && <p>{t('app.nav.managing')}</p>}
            {admin.map((p) => link(p))}
          </nav>
          <button
            type="button"
            className="me"
            aria-haspopup="menu"
            onClick={(e) => openMenu({ anchor: e.currentTarget, items: meMenu(client, navigate) })}
          >
            <Avatar name={me.name} size={28} />
            <div>
              <b className="cut">{me.name}</b>
              <small className="cut">{me.roles.map((r) => r.name).join(' · ') || me.department?.name}</small>
            </div>
          </button>
        </aside>
      )}
      <div className="main">
        <header className="top">
          {phone && <img src="/favicon.svg" width={26} height={26} alt={t('app.name')} />}
          <button type="button" className="searchbox" onClick={() => openIt({ what: 'palette' })}>
            <Search size={15} />
            <span className="cut">{t('app.hint.search')}</span>
            <span className="keys not-phone">
              <kbd>Ctrl</kbd>
              <kbd>K</kbd>
            </span>
          </button>
          <span className="sp" />
          {!phone && creates && (
            <Button icon={<Plus size={15} />} aria-haspopup="menu" onClick={create} style={{ marginRight: 6 }}>
              {t('app.verb.create')}
            </Button>
          )}
          {!phone && (
            <IconButton label={t('app.verb.language')} onClick={changeLanguage}>
              <Languages {...I} />
            </IconButton>
          )}
          <Bell />
          {!phone && (
            <IconButton label={t('help.title')} onClick={() => void navigate({ to: '/help', hash: tells(path) })}>
              <CircleHelp {...I} />
            </IconButton>
          )}
          <IconButton label={t(theme === 'dark' ? 'app.verb.light' : 'app.verb.dark')} onClick={toggleTheme}>
            {theme === 'dark' ? <Sun {...I} /> : <MoonStar {...I} />}
          </IconButton>
        </header>
        <main id="main" tabIndex={-1}>
          <Suspense
            fallback={
              <div className="page-b" style={{ paddingTop: 24 }}>
                <Lines count={6} />
              </div>
            }
          >
            <Outlet />
          </Suspense>
        </main>
        {phone && (
          <nav className="tabbar" aria-label={t('app.label.navigation')}>
            {link(daily[0] as Place, 21)}
            {link(selling[0] as Place, 21)}
            {creates && (
              <button type="button" className="fab" aria-label={t('app.verb.create')} onClick={() => openIt({ what: 'plus' })}>
                <Plus size={22} />
              </button>
            )}
            {link(daily[1] as Place, 21)}
            {link({ to: '/me', icon: UserRound, name: 'app.nav.me' }, 21)}
          </nav>
        )}
      </div>
      <Overlays />
      <MenuHost />
      <DialogHost />
      <Toaster />
    </div>
  );
}
