import { useQuery } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import {
  Archive,
  ArchiveRestore,
  ArrowRight,
  CircleSlash,
  GitMerge,
  HeartHandshake,
  ListTodo,
  type LucideIcon,
  MessageSquareHeart,
  NotebookPen,
  Pencil,
  Phone,
  Printer,
  ReceiptText,
  Send,
  Trash2,
  Undo2,
  UserRound,
  UsersRound,
} from 'lucide-react';
import { useMay, useStages } from '@/api/shared';
import { openIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { numberOf, useReveal } from '@/features/contact/reveal';
import { addable } from '@/features/customer/allowed';
import { useCustomerChange, usePeopleMenu } from '@/features/customer/change';
import { useMoreItems } from '@/features/customer/moremenu';
import { customerQuery } from '@/features/customer/query';
import type { PaletteAct } from './acts';

const ICONS: Record<string, LucideIcon> = {
  edit: Pencil,
  submit: Send,
  transfer: UserRound,
  people: UsersRound,
  release: Undo2,
  claim: ArchiveRestore,
  lost: CircleSlash,
  merge: GitMerge,
  archive: Archive,
  print: Printer,
  delete: Trash2,
};

/** What may be done with the customer whose page is open, as that page offers it. */
export function useHere(): { name: string; acts: PaletteAct[] } | null {
  const t = useWord();
  const may = useMay();
  const path = useRouterState({ select: (s) => s.location.pathname });
  const id = /^\/customers\/([^/]+)$/.exec(path)?.[1] ?? '';
  const { data: c } = useQuery({ ...customerQuery(id), enabled: !!id });
  const { stage } = useStages();
  const act = useCustomerChange();
  const more = useMoreItems();
  const people = usePeopleMenu();
  const reveal = useReveal();
  if (!c || !id) return null;
  const of = { id: c.id, name: c.name };
  const adds = addable(c, may);
  const person = c.primary_contact;
  const number = numberOf(person);
  const anchor = document.querySelector<HTMLElement>('.c-act [aria-haspopup="menu"]') ?? document.body;
  const all: (PaletteAct | false | null | undefined)[] = [
    adds.followUp && {
      key: 'here write',
      icon: NotebookPen,
      name: t('followup.verb.write'),
      act: () => openIt({ what: 'write', ...of }),
    },
    adds.task && { key: 'here task', icon: ListTodo, name: t('task.verb.create'), act: () => openIt({ what: 'task', customer: of }) },
    c.may.reveal &&
      person &&
      number && {
        key: 'here call',
        icon: Phone,
        name: t('contact.verb.call_name', { name: person.name }),
        act: () => reveal.call(person.id, number, c),
      },
    ...(c.may.change && !c.deleted_at ? (stage(c.stage)?.next ?? []) : []).map((code) => {
      const to = stage(code);
      // losing one stands below, under its own name
      return (
        to &&
        to.phase !== 'lost' && {
          key: `here to ${code}`,
          icon: ArrowRight,
          name: t('customer.verb.move_to', { stage: to.name }),
          act: () => act.safely(act.move)(c, code),
        }
      );
    }),
    adds.order && {
      key: 'here order',
      icon: ReceiptText,
      name: t('order.verb.create'),
      act: () => openIt({ what: 'order', customer: of }),
    },
    adds.need && { key: 'here need', icon: HeartHandshake, name: t('need.verb.create'), act: () => openIt({ what: 'need', customer: of }) },
    adds.feedback && {
      key: 'here feedback',
      icon: MessageSquareHeart,
      name: t('feedback.verb.create'),
      act: () => openIt({ what: 'feedback', customer: of }),
    },
    ...more(anchor, c, act, people).flatMap((item) =>
      'line' in item || typeof item.label !== 'string'
        ? []
        : [
            {
              key: `here ${item.key}`,
              icon: ICONS[item.key] ?? ArrowRight,
              name: item.label,
              act: () => item.run?.(),
            },
          ],
    ),
  ];
  return { name: c.name, acts: all.filter((a) => !!a) };
}
