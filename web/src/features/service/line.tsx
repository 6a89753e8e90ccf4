import { Link } from '@tanstack/react-router';
import { useDictionaries } from '@/api/shared';
import type { Feedback, Need } from '@/api/types';
import { dayAndTime, full } from '@/app/dates';
import { openIt } from '@/app/ui';
import { type Entry, type Noun, whenOf } from './data';
import { KindChip, Points, PriorityChip, StateButton } from './parts';

/** One of them as a line: of a phone's list, and of a customer's page. */
export function ServiceLine({ noun, x, customer }: { noun: Noun; x: Entry; customer?: boolean }) {
  const dictionaries = useDictionaries();
  const need = noun === 'need' ? (x as Need) : null;
  const said = noun === 'feedback' ? (x as Feedback) : null;
  const answer = need ? need.solution : (said?.result ?? said?.handling);
  return (
    <li>
      <div className="svc-h">
        <KindChip noun={noun} kind={x.kind} />
        {need?.priority === 'high' && <PriorityChip code={need.priority} />}
        {!!said?.satisfaction && <Points value={said.satisfaction} />}
        {said?.topic && <small className="mut">{dictionaries.label('feedback_topic', said.topic)}</small>}
        <span className="sp" />
        <StateButton noun={noun} x={x} />
      </div>
      <button type="button" className="svc-t" onClick={() => openIt({ what: noun, id: x.id })}>
        {x.description || x.code}
      </button>
      {answer && <p className="tx2 svc-a">{answer}</p>}
      <small className="mut svc-m">
        {customer && (
          <Link to="/customers/$id" params={{ id: x.customer_id }} search={{ tab: 'service' }} className="cut link plain">
            {x.customer_name ?? '—'}
          </Link>
        )}
        <span>{x.owner_name}</span>
        <time className="tn" dateTime={whenOf(x)} title={full(whenOf(x))}>
          {dayAndTime(whenOf(x))}
        </time>
        <span className="tn">{x.code}</span>
      </small>
    </li>
  );
}
