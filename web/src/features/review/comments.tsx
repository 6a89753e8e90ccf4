import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { post } from '@/api/client';
import { colleaguesQuery, useMe } from '@/api/shared';
import { full } from '@/app/dates';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { Avatar } from '@/kit/chips';
import { Area } from '@/kit/inputs';
import { Select } from '@/kit/pick';
import { Failed, Lines } from '@/kit/states';
import { tellError } from '@/kit/toast';
import { commentsQuery, useReviewsChanged } from './data';

/** What was said: on the whole review and on its customers, or on one of them. */
export function Comments({ id, customer, open }: { id: string; customer?: string; open: boolean }) {
  const t = useWord();
  const { data, error, refetch } = useQuery(commentsQuery(id, customer));
  if (error) return <Failed error={error} retry={() => void refetch()} small />;
  if (!data) return <Lines count={2} />;
  return (
    <div className="col rev-said">
      {data.length > 0 && (
        <ul>
          {data.map((k) => (
            <li key={k.id}>
              <Avatar name={k.author_name ?? '?'} size={24} />
              <div>
                <small className="mut">
                  <b>{k.author_name}</b> <span className="tn">{full(k.at)}</span>
                  {k.customer_id && !customer && (
                    <>
                      {' · '}
                      <Link to="/customers/$id" params={{ id: k.customer_id }}>
                        {k.customer_name}
                      </Link>
                    </>
                  )}
                </small>
                <p>{k.text}</p>
              </div>
            </li>
          ))}
        </ul>
      )}
      {open ? <Say id={id} customer={customer} /> : !data.length && <p className="mut">{t('review.empty.comments')}</p>}
    </div>
  );
}

function Say({ id, customer }: { id: string; customer?: string }) {
  const t = useWord();
  const me = useMe();
  const changed = useReviewsChanged();
  const [text, setText] = useState('');
  const [who, setWho] = useState<string[]>([]);
  const [busy, setBusy] = useState(false);
  const people = useQuery({ ...colleaguesQuery(), enabled: text !== '' }).data ?? [];
  const send = async () => {
    setBusy(true);
    try {
      await post(`/reviews/${id}/comments`, { text, customer_id: customer, mention_ids: who.length ? who : undefined });
      setText('');
      setWho([]);
      changed();
    } catch (e) {
      tellError(e);
    }
    setBusy(false);
  };
  return (
    <div className="col">
      <Area
        rows={2}
        value={text}
        onChange={setText}
        maxLength={2000}
        aria-label={t(customer ? 'review.field.comment_customer' : 'review.field.comment')}
        placeholder={t(customer ? 'review.field.comment_customer' : 'review.field.comment')}
      />
      {text !== '' && (
        <div className="row wrap">
          <span className="rev-who">
            <Select
              multiple
              label={t('review.field.mention')}
              placeholder={t('review.field.mention')}
              value={who}
              onChange={(v) => setWho((v as string[] | null) ?? [])}
              options={people
                .filter((p) => p.id !== me.id)
                .map((p) => ({ value: p.id, label: p.name, hint: p.department_name ?? undefined }))}
            />
          </span>
          <span className="sp" />
          <Button look="primary" size="sm" busy={busy} disabled={!text.trim()} onClick={() => void send()}>
            {t('review.verb.comment')}
          </Button>
        </div>
      )}
    </div>
  );
}
