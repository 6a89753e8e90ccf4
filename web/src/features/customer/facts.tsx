import type { ReactNode } from 'react';
import { useStages } from '@/api/shared';
import type { CustomerRecord } from '@/api/types';
import { daysSince, full, isPast, relative } from '@/app/dates';
import { count, moneyBand } from '@/app/numbers';
import { useWord } from '@/app/words';
import { Meter } from '@/kit/chips';

export function Facts({ c }: { c: CustomerRecord }) {
  const t = useWord();
  const { stage } = useStages();
  const open = stage(c.stage)?.phase === 'lead' || stage(c.stage)?.phase === 'deal';
  const stay = daysSince(c.stage_entered_at);
  const facts: [string, ReactNode][] = [
    [
      t('customer.fact.stay'),
      <b key="v" className={open && stay > 30 ? 'tn overdue' : 'tn'} title={full(c.stage_entered_at)}>
        {c.stage_entered_at ? t('app.day.days', { count: stay }) : '—'}
      </b>,
    ],
    [
      t('customer.fact.last'),
      <b
        key="v"
        className={open && c.last_follow_up_at && daysSince(c.last_follow_up_at) > 30 ? 'tn overdue' : 'tn'}
        title={full(c.last_follow_up_at)}
      >
        {relative(c.last_follow_up_at)}
      </b>,
    ],
    [
      t('customer.fact.next'),
      <b key="v" className={c.next_follow_up_at && isPast(c.next_follow_up_at) ? 'tn overdue' : 'tn'} title={full(c.next_follow_up_at)}>
        {c.next_follow_up_at ? relative(c.next_follow_up_at) : t('customer.state.unplanned')}
      </b>,
    ],
    [
      t('customer.field.budget'),
      <b key="v" className="tn">
        {moneyBand(c.budget_from_fen, c.budget_to_fen)}
      </b>,
    ],
    [
      t(c.follow_ups_count === undefined ? 'customer.fact.open_tasks' : 'customer.fact.follow_ups'),
      <b key="v" className="tn">
        {count(c.follow_ups_count ?? c.open_tasks_count)}
      </b>,
    ],
    [t('customer.fact.completeness'), <Meter key="v" value={c.completeness} />],
  ];
  return (
    <div className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <span>{name}</span>
          {value}
        </div>
      ))}
    </div>
  );
}
