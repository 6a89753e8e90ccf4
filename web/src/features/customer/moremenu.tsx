import { useNavigate } from '@tanstack/react-router';
import { Archive, ArchiveRestore, CircleSlash, GitMerge, Pencil, Printer, Send, Trash2, Undo2, UserRound, UsersRound } from 'lucide-react';
import { useMay, useStages } from '@/api/shared';
import type { CustomerRecord } from '@/api/types';
import { openIt } from '@/app/ui';
import { word } from '@/app/words';
import { printDossier } from '@/features/dossier/print';
import { type Item, openMenu } from '@/kit/menu';
import type { useCustomerChange, usePeopleMenu } from './change';

type Act = ReturnType<typeof useCustomerChange>;

/** What is seldom done with a customer; only what this viewer may do stands in it. */
export function useMoreItems() {
  const may = useMay();
  const navigate = useNavigate();
  const { stages, stage } = useStages();
  return (anchor: HTMLElement, c: CustomerRecord, act: Act, people: ReturnType<typeof usePeopleMenu>): Item[] => {
    const lost = stages.find((s) => s.phase === 'lost');
    const items: Item[] = [];
    const add = (on: boolean, item: Item) => on && items.push(item);
    add(c.may.change, {
      key: 'edit',
      label: word('customer.verb.edit'),
      icon: <Pencil size={15} />,
      run: () => openIt({ what: 'form', id: c.id }),
    });
    add(c.may.change && c.review !== 'effective' && c.review !== 'pending' && may('customer.submit'), {
      key: 'submit',
      label: word('customer.verb.submit'),
      icon: <Send size={15} />,
      run: () => act.safely(act.submit)(c),
    });
    add(c.may.transfer, {
      key: 'transfer',
      label: word('customer.verb.transfer'),
      icon: <UserRound size={15} />,
      run: () => people(anchor, c.owner_id, (to) => act.safely(act.transfer)(c, to), 'end'),
    });
    add(true, {
      key: 'people',
      label: word('customer.title.collaborators'),
      icon: <UsersRound size={15} />,
      run: () => void navigate({ to: '/customers/$id', params: { id: c.id }, search: { tab: 'fields' }, hash: 'collaborators' }),
    });
    add(c.may.release ?? (c.may.change && !!c.owner_id && may('customer.release')), {
      key: 'release',
      label: word('customer.verb.release'),
      icon: <Undo2 size={15} />,
      run: () => act.safely(act.release)(c),
    });
    add(c.may.claim, {
      key: 'claim',
      label: word('customer.verb.claim'),
      icon: <ArchiveRestore size={15} />,
      run: () => act.safely(act.claim)(c),
    });
    add(c.may.change && !!lost && stage(c.stage)?.phase !== 'lost', {
      key: 'lost',
      label: word('customer.verb.lose'),
      icon: <CircleSlash size={15} />,
      run: () => lost && act.safely(act.move)(c, lost.code),
    });
    add(c.may.change && !c.deleted_at && !c.archived && may('customer.merge'), {
      key: 'merge',
      label: word('merge.verb.begin'),
      icon: <GitMerge size={15} />,
      run: () => void navigate({ to: '/customers/$id/merge', params: { id: c.id } }),
    });
    add(c.may.archive && !c.archived && (c.status === 'won' || c.status === 'lost'), {
      key: 'archive',
      label: word('archive.verb.put'),
      icon: <Archive size={15} />,
      run: () => openIt({ what: 'archive', customer: c }),
    });
    add(!c.deleted_at, {
      key: 'print',
      label: word('dossier.verb.print'),
      icon: <Printer size={15} />,
      run: () => void printDossier(c),
    });
    if (c.may.delete) {
      items.push({ line: 'end' });
      items.push({
        key: 'delete',
        label: word('app.verb.delete'),
        icon: <Trash2 size={15} />,
        danger: true,
        run: () =>
          act.safely(async () => {
            await act.drop(c);
            await navigate({ to: '/customers' });
          })(),
      });
    }
    return items;
  };
}

export function useMoreMenu() {
  const items = useMoreItems();
  return (...of: Parameters<typeof items>) => openMenu({ anchor: of[0], align: 'end', items: items(...of) });
}
