import type { QueryClient } from '@tanstack/react-query';
import type { useNavigate } from '@tanstack/react-router';
import { CircleHelp, KeyRound, LogOut, ShieldCheck } from 'lucide-react';
import { remove } from '@/api/client';
import { goingOut } from '@/app/server/standing';
import { openIt } from '@/app/ui';
import { word } from '@/app/words';
import type { Item } from '@/kit/menu';
import { tellError } from '@/kit/toast';

export async function signOut(client: QueryClient, navigate: ReturnType<typeof useNavigate>) {
  goingOut(true);
  try {
    await remove('/session');
    await navigate({ to: '/login', search: { next: undefined } });
    client.clear();
  } catch (e) {
    tellError(e);
  } finally {
    goingOut(false);
  }
}

export const meMenu = (client: QueryClient, navigate: ReturnType<typeof useNavigate>): Item[] => [
  { key: 'password', label: word('session.verb.change_password'), icon: <KeyRound size={15} />, run: () => openIt({ what: 'password' }) },
  {
    key: 'security',
    label: word('door.title.mine'),
    icon: <ShieldCheck size={15} />,
    run: () => void navigate({ to: '/me/security' }),
  },
  { key: 'help', label: word('help.title'), icon: <CircleHelp size={15} />, run: () => void navigate({ to: '/help' }) },
  { line: '1' },
  { key: 'out', label: word('session.verb.sign_out'), icon: <LogOut size={15} />, run: () => void signOut(client, navigate) },
];
