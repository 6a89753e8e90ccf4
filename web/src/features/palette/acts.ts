import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import {
  Bookmark,
  CircleHelp,
  CopyCheck,
  FileDown,
  FileUp,
  HeartHandshake,
  Keyboard,
  KeyRound,
  Languages,
  ListTodo,
  LogOut,
  type LucideIcon,
  MessageSquareHeart,
  MoonStar,
  NotebookPen,
  ReceiptText,
  ScanSearch,
  ShieldCheck,
  UserPlus,
  UserRoundCheck,
} from 'lucide-react';
import { useMay } from '@/api/shared';
import { daily, GO, managing, selling, serving, useChangeLanguage } from '@/app/shell';
import { openIt, toggleTheme } from '@/app/ui';
import { useWord } from '@/app/words';
import { giveOut, listOnScreen } from '@/features/export/run';
import { tells } from '@/features/help/where';
import { signOut } from '@/features/session/memenu';
import { openView, pathOf, viewsQuery } from '@/features/view/data';

export type PaletteAct = { key: string; icon: LucideIcon; name: string; hint?: string; act: () => void };

/** What may be done from anywhere; `named` is what a new customer would be called. */
export function useActs(named: string | undefined): PaletteAct[] {
  const t = useWord();
  const may = useMay();
  const navigate = useNavigate();
  const client = useQueryClient();
  const changeLanguage = useChangeLanguage();
  const path = useRouterState({ select: (s) => s.location.pathname });
  const list = listOnScreen();
  const all: (PaletteAct | false | null)[] = [
    may('customer.create') && {
      key: 'new',
      icon: UserPlus,
      name: t('customer.verb.create'),
      hint: 'C',
      act: () => openIt({ what: 'quick', name: named }),
    },
    may('followup.write') && {
      key: 'write',
      icon: NotebookPen,
      name: t('followup.verb.write'),
      hint: 'F',
      act: () => openIt({ what: 'write' }),
    },
    may('task.write') && { key: 'task', icon: ListTodo, name: t('task.verb.create'), act: () => openIt({ what: 'task' }) },
    may('order.write') && { key: 'order', icon: ReceiptText, name: t('order.verb.create'), act: () => openIt({ what: 'order' }) },
    may('need.write') && { key: 'need', icon: HeartHandshake, name: t('need.verb.create'), act: () => openIt({ what: 'need' }) },
    may('feedback.write') && {
      key: 'feedback',
      icon: MessageSquareHeart,
      name: t('feedback.verb.create'),
      act: () => openIt({ what: 'feedback' }),
    },
    may('customer.read') && { key: 'check', icon: ScanSearch, name: t('duplicate.title.check'), act: () => openIt({ what: 'check' }) },
    may('customer.import') && {
      key: 'import',
      icon: FileUp,
      name: t('import.verb.new'),
      act: () => void navigate({ to: '/imports/new' }),
    },
    list && { key: 'export', icon: FileDown, name: t('export.ask.list'), act: () => void giveOut(list) },
    { key: 'keys', icon: Keyboard, name: t('app.keys.title'), hint: '?', act: () => openIt({ what: 'keys' }) },
    { key: 'help', icon: CircleHelp, name: t('help.title'), act: () => void navigate({ to: '/help', hash: tells(path) }) },
    { key: 'theme', icon: MoonStar, name: t('app.verb.theme'), act: toggleTheme },
    { key: 'language', icon: Languages, name: t('app.verb.language'), act: () => void changeLanguage() },
    { key: 'password', icon: KeyRound, name: t('session.verb.change_password'), act: () => openIt({ what: 'password' }) },
    { key: 'out', icon: LogOut, name: t('session.verb.sign_out'), act: () => void signOut(client, navigate) },
  ];
  return all.filter((a) => !!a);
}

/** Every page of the side bar, those it has no room for, and the views kept of the lists. */
export function usePlaces(): PaletteAct[] {
  const t = useWord();
  const may = useMay();
  const navigate = useNavigate();
  const { data: views } = useQuery(viewsQuery);
  const letter = Object.fromEntries(Object.entries(GO).map(([k, to]) => [to, `G ${k.toUpperCase()}`]));
  const pages = [
    ...daily,
    ...selling,
    { to: '/suspects', icon: CopyCheck, name: 'duplicate.title.suspects' as const, may: 'customer.read' },
    { to: '/key-changes', icon: UserRoundCheck, name: 'keychange.title.page' as const, may: 'customer.read' },
    ...serving,
    ...managing,
    { to: '/me/security', icon: ShieldCheck, name: 'door.title.mine' as const, may: undefined },
  ].filter((p) => !p.may || may(p.may));
  const kept = [...(views ?? [])].sort((a, b) => Number(b.favourite) - Number(a.favourite));
  return [
    ...pages.map((p) => ({ key: p.to, icon: p.icon, name: t(p.name), hint: letter[p.to], act: () => void navigate({ to: p.to }) })),
    ...kept.flatMap((v) => {
      const to = pathOf(v.record);
      return to ? [{ key: `view ${v.id}`, icon: Bookmark, name: v.name, act: () => void navigate({ to, search: openView(v) }) }] : [];
    }),
  ];
}
