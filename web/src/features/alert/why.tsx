import { useQuery, useQueryClient } from '@tanstack/react-query';
import { AlarmClock, BellRing } from 'lucide-react';
import { post } from '@/api/client';
import { addDays, full, instant, today } from '@/app/dates';
import { useWord } from '@/app/words';
import { IconButton } from '@/kit/button';
import { openMenu } from '@/kit/menu';
import { tell, tellError } from '@/kit/toast';
import { type Alert, standingQuery } from './data';

/** 为何提醒: what stands about a customer, with its figures; whoever was told may put it off. */
export function WhyAlerted({ customer }: { customer: string }) {
  const t = useWord();
  const client = useQueryClient();
  const { data } = useQuery(standingQuery(customer));
  if (!data?.length) return null;
  const later = (a: Alert, body: object) =>
    post(`/alerts/${a.id}/snooze`, body).then(() => {
      tell(t('notice.state.snoozed'));
      void client.invalidateQueries({ queryKey: ['alerts'] });
      void client.invalidateQueries({ queryKey: ['notices'] });
    }, tellError);
  return (
    <section className="alert-why" aria-label={t('alert.title.why')}>
      <BellRing size={14} aria-hidden="true" />
      <b>{t('alert.title.why')}</b>
      <ul>
        {data.map((a) => {
          const asleep = a.snoozed_until && Date.parse(a.snoozed_until) > Date.now();
          return (
            <li key={a.id} className={asleep ? 'mut' : undefined}>
              <span title={`${a.rule} · ${full(a.raised_at)}`}>{a.why}</span>
              {asleep && <small> · {t('notice.state.until', { when: full(a.snoozed_until) })}</small>}
              {a.mine && !asleep && (
                <IconButton
                  small
                  label={t('notice.verb.snooze')}
                  onClick={(e: React.MouseEvent<HTMLElement>) =>
                    openMenu({
                      anchor: e.currentTarget,
                      align: 'end',
                      items: [
                        { key: 'h', label: t('notice.snooze.hour'), run: () => void later(a, { minutes: 60 }) },
                        {
                          key: 't',
                          label: t('notice.snooze.tomorrow'),
                          run: () => void later(a, { until: instant(addDays(today(), 1), '09:00') }),
                        },
                        {
                          key: 'w',
                          label: t('notice.snooze.week'),
                          run: () => void later(a, { until: instant(addDays(today(), 7), '09:00') }),
                        },
                      ],
                    })
                  }
                >
                  <AlarmClock size={13} />
                </IconButton>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
