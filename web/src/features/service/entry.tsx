import { HeartHandshake, MessageSquareHeart } from 'lucide-react';
import type { Happening } from '@/api/types';
import { dayAndTime, full, relative, timeOf } from '@/app/dates';
import { useWord } from '@/app/words';
import { ServiceLine } from './line';

/** A need or feedback on a customer's timeline. */
export function ServiceEntry({ x }: { x: Happening }) {
  const t = useWord();
  const noun = x.need ? 'need' : 'feedback';
  const record = x.need ?? x.feedback;
  if (!record) return null;
  const Icon = x.need ? HeartHandshake : MessageSquareHeart;
  return (
    <li>
      <span className={`tl-i tone-${x.need ? 'teal' : record.kind === 'complaint' ? 'red' : 'amber'}`}>
        <Icon size={14} />
      </span>
      <div className="tl-b">
        <p className="tl-h">
          {x.by_name && <b>{x.by_name}</b>} {t(x.need ? 'service.event.need' : 'service.event.feedback')}
          <time dateTime={x.at} title={full(x.at)}>
            {/\d{1,2}$/.test(relative(x.at)) ? dayAndTime(x.at) : timeOf(x.at)}
          </time>
        </p>
        <ul className="svc flat">
          <ServiceLine noun={noun} x={record} />
        </ul>
      </div>
    </li>
  );
}
