import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { MessageSquare } from 'lucide-react';
import { useState } from 'react';
import { post } from '@/api/client';
import { useDictionaries } from '@/api/shared';
import { full } from '@/app/dates';
import { useWord } from '@/app/words';
import { Button, Segmented } from '@/kit/button';
import { Check } from '@/kit/inputs';
import { Failed, Lines } from '@/kit/states';
import { tellError } from '@/kit/toast';
import { StageChip } from '@/kit/value';
import { Comments } from './comments';
import { type ReviewPage, type Row, rowsQuery, useReviewsChanged } from './data';

/** The records behind one line: each customer may be ticked as looked at, and spoken of. */
export function Rows({ r, section, item, label }: { r: ReviewPage; section: string; item: string; label: string }) {
  const t = useWord();
  const [kept, setKept] = useState(r.state === 'closed');
  const { data, error, refetch } = useQuery(rowsQuery(r.id, section, item, kept));
  return (
    <div className="col rev-rows">
      {r.state === 'closed' && (
        <Segmented
          small
          label={t('review.label.which')}
          value={kept ? 'then' : 'now'}
          onChange={(v) => setKept(v === 'then')}
          options={[
            { value: 'then', label: t('review.label.then') },
            { value: 'now', label: t('review.label.now') },
          ]}
        />
      )}
      {error ? (
        <Failed error={error} retry={() => void refetch()} small />
      ) : !data ? (
        <Lines count={3} />
      ) : !data.items.length ? (
        <p className="mut">{t('review.empty.rows')}</p>
      ) : (
        <ul aria-label={label}>
          {data.items.map((x) => (
            <Item key={x.record_id} x={x} r={r} section={section} />
          ))}
        </ul>
      )}
      {data?.more && <p className="field-help">{t('review.hint.more')}</p>}
    </div>
  );
}

function Item({ x, r, section }: { x: Row; r: ReviewPage; section: string }) {
  const t = useWord();
  const words = useDictionaries();
  const changed = useReviewsChanged();
  const [talk, setTalk] = useState(false);
  const [ticked, setTicked] = useState(!!x.reviewed);
  const tick = async (reviewed: boolean) => {
    setTicked(reviewed); // at once: many are ticked in a row
    try {
      await post(`/reviews/${r.id}/tick`, { customer_id: x.customer_id, reviewed });
    } catch (e) {
      setTicked(!reviewed);
      tellError(e);
    }
    changed();
  };
  const why = [x.reason && words.label(section === 'won' ? 'win_reason' : 'loss_reason', x.reason), x.note].filter(Boolean).join(' · ');
  return (
    <li>
      <div className="row wrap">
        <Link to="/customers/$id" params={{ id: x.customer_id }} className="strong">
          {x.customer_name}
        </Link>
        <StageChip code={x.stage} />
        <span className="sp" />
        {r.may_change && r.state === 'open' ? (
          <Check checked={ticked} onChange={(on) => void tick(on)}>
            {t('review.field.reviewed')}
          </Check>
        ) : (
          x.reviewed && (
            <small className="rev-done">{t('review.label.reviewed_by', { name: x.reviewed.by_name ?? '', at: full(x.reviewed.at) })}</small>
          )
        )}
        <Button
          look="ghost"
          size="sm"
          icon={<MessageSquare size={15} />}
          aria-label={t('review.verb.talk', { name: x.customer_name })}
          aria-expanded={talk}
          onClick={() => setTalk(!talk)}
        >
          {x.comments > 0 ? x.comments : null}
        </Button>
      </div>
      <small className="mut row wrap">
        {x.at ? <span className="tn">{full(x.at)}</span> : section === 'untouched' && <span>{t('review.label.never')}</span>}
        <span>{x.person ?? x.owner_name}</span>
        {why && <span className="tx2">{why}</span>}
      </small>
      {talk && <Comments id={r.id} customer={x.customer_id} open={r.state === 'open'} />}
    </li>
  );
}
