import { useQueryClient } from '@tanstack/react-query';
import { AlarmClock, Check } from 'lucide-react';
import { post } from '@/api/client';
import { addDays, full, instant, relative, timeOf, today } from '@/app/dates';
import { useWord } from '@/app/words';
import { IconButton } from '@/kit/button';
import { openMenu } from '@/kit/menu';
import { tell, tellError } from '@/kit/toast';
import type { Bundle, Notice } from './data';

/** One notice, or many of a kind that came at once; pressed, it opens what it is about. */
export function NoticeLine({ notice: n, onOpen }: { notice: Notice | Bundle; onOpen: () => void }) {
  const t = useWord();
  const client = useQueryClient();
  const many = 'count' in n && n.count > 1;
  const again = () => client.invalidateQueries({ queryKey: ['notices'] });
  const read = () => (many ? post('/notices/read-all', { kind: n.kind }) : post(`/notices/${n.id}/read`)).then(again, tellError);
  const later = (body: { minutes: number } | { until: string }) =>
    post(`/notices/${n.id}/snooze`, body).then(() => {
      tell(t('notice.state.snoozed'));
      return again();
    }, tellError);
  const stands = !n.read_at && !n.ended_at;
  const asleep = n.snoozed_until && Date.parse(n.snoozed_until) > Date.now();
  return (
    <li className={stands && !asleep ? 'told new' : 'told'}>
      <button type="button" className="told-t" onClick={onOpen}>
        <b>{many ? t('notice.label.many', { kind: n.label, n: n.count }) : n.text}</b>
        {!many && n.title && <span className="cut">{n.title}</span>}
        <small className="tn" title={full(n.raised_at)}>
          {relative(n.raised_at)} {timeOf(n.raised_at)}
          {n.ended_at && ` · ${t('notice.state.ended')}`}
          {asleep && ` · ${t('notice.state.until', { when: full(n.snoozed_until) })}`}
        </small>
      </button>
      {stands && (
        <span className="told-a">
          {!many && (
            <IconButton
              label={t('notice.verb.snooze')}
              onClick={(e: React.MouseEvent<HTMLElement>) =>
                openMenu({
                  anchor: e.currentTarget,
                  align: 'end',
                  items: [
                    { key: 'h', label: t('notice.snooze.hour'), run: () => void later({ minutes: 60 }) },
                    {
                      key: 't',
                      label: t('notice.snooze.tomorrow'),
                      run: () => void later({ until: instant(addDays(today(), 1), '09:00') }),
                    },
                    { key: 'w', label: t('notice.snooze.week'), run: () => void later({ until: instant(addDays(today(), 7), '09:00') }) },
                  ],
                })
              }
            >
              <AlarmClock size={15} />
            </IconButton>
          )}
          <IconButton label={t('notice.verb.read')} onClick={() => void read()}>
            <Check size={15} />
          </IconButton>
        </span>
      )}
    </li>
  );
}
