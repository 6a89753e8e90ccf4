import '@/styles/duplicate.css';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useMay } from '@/api/shared';
import { closeIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { checkQuery, type Match, type Question, worthAsking } from './data';

/** Who holds a customer and since when; its name only for who may see it. `beside` a form that is being filled it opens in a tab of its own. */
export function Holder({ match, named = true, beside }: { match: Match; named?: boolean; beside?: boolean }) {
  const t = useWord();
  const held = match.owner
    ? t('duplicate.label.held', { owner: match.owner, since: match.since })
    : t('duplicate.label.pool', { since: match.since });
  return (
    <>
      {named && match.name && match.id && (
        <Link
          to="/customers/$id"
          params={{ id: match.id }}
          className="link"
          target={beside ? '_blank' : undefined}
          onClick={beside ? undefined : closeIt}
        >
          {match.name}
        </Link>
      )}
      <span className="tn">{held}</span>
    </>
  );
}

/** A quiet line under a field of a new customer: asked when the field is left, and never twice. */
export function LikeHint({ ask, children }: { ask: Question; children?: ReactNode }) {
  const t = useWord();
  const may = useMay();
  const spot = useRef<HTMLSpanElement>(null);
  const [asked, setAsked] = useState<Question | null>(null);
  const now = worthAsking(ask);
  const latest = useRef(now);
  latest.current = now;
  useEffect(() => {
    const field = spot.current?.closest('.field');
    let timer: ReturnType<typeof setTimeout>;
    const left = () => {
      clearTimeout(timer);
      timer = setTimeout(() => setAsked(latest.current), 200);
    };
    field?.addEventListener('focusout', left);
    return () => {
      clearTimeout(timer);
      field?.removeEventListener('focusout', left);
    };
  }, []);
  const stands = !!asked && JSON.stringify(asked) === JSON.stringify(now);
  // no right to ask, or asked too often today: no hint, and no error either
  const { data } = useQuery({ ...checkQuery(stands ? asked : {}), enabled: stands && may('customer.create', 'customer.read') });
  const first = stands ? data?.matches[0] : undefined;
  return (
    <span ref={spot} role="status">
      {first ? (
        <span className={`likeness ${data?.verdict}`}>
          <b>{t(data?.verdict === 'same' ? 'duplicate.state.same' : 'duplicate.state.suspect')}</b>
          <Holder match={first} beside />
          {(data?.matches.length ?? 0) > 1 && <span>{t('duplicate.label.more', { count: (data?.matches.length ?? 1) - 1 })}</span>}
        </span>
      ) : (
        children
      )}
    </span>
  );
}
