import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Handshake, PhoneOutgoing } from 'lucide-react';
import { useMe } from '@/api/shared';
import type { Customer, PromiseItem } from '@/api/types';
import { dayOf } from '@/app/dates';
import { useWord } from '@/app/words';
import { plannedQuery, promisesDueQuery } from './data';

type OfDay = { promises: PromiseItem[]; planned: Customer[] };
export type Besides = (day: string) => OfDay;

/** What a day holds besides tasks: promises of both sides, and the customers to be called upon. */
export function useBesides(from: string, until: string): Besides {
  const me = useMe();
  const { data: promises = [] } = useQuery(promisesDueQuery(from, until));
  const { data: planned = [] } = useQuery(plannedQuery(from, until, me.id));
  return (day) => ({
    promises: promises.filter((p) => p.due_on === day),
    planned: planned.filter((c) => c.next_follow_up_at && dayOf(c.next_follow_up_at) === day),
  });
}

export function Beside({ of: { promises, planned } }: { of: OfDay }) {
  const t = useWord();
  return (
    <>
      {planned.map((c) => (
        <Link key={c.id} to="/customers/$id" params={{ id: c.id }} className="tcal-be">
          <PhoneOutgoing size={13} aria-hidden="true" />
          <span>
            <small>{t('task.label.follow_up')}</small> {c.name}
          </span>
        </Link>
      ))}
      {promises.map((p) => (
        <Link key={p.id} to="/customers/$id" params={{ id: p.customer_id }} className="tcal-be">
          <Handshake size={13} aria-hidden="true" />
          <span>
            <small>{t(p.by === 'us' ? 'task.label.our_promise' : 'task.label.their_promise')}</small> {p.what}
            <small className="cut">{p.customer_name}</small>
          </span>
        </Link>
      ))}
    </>
  );
}
