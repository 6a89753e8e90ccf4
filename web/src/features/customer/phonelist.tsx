import { Link } from '@tanstack/react-router';
import { Phone } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Customer } from '@/api/types';
import { daysSince, relative } from '@/app/dates';
import { useWord } from '@/app/words';
import { useReveal } from '@/features/contact/reveal';
import { TierBadges } from '@/features/segment/badges';
import { Avatar, Skel } from '@/kit/chips';
import { PhonePager } from '@/kit/table';
import { StageChip } from '@/kit/value';
import { BinActions } from './binactions';
import { ReviewChip } from './columns';

/** On a phone: two lines and a call button, no table. */
export function PhoneList({
  rows,
  stale,
  empty,
  next,
  prev,
  onGo,
  bin,
  picked,
  onPick,
}: {
  rows: Customer[] | undefined;
  stale: boolean;
  empty: ReactNode;
  next?: string | null;
  prev?: string | null;
  onGo: (cursor: string) => void;
  bin?: boolean;
  /** While several are chosen, a touch of a row chooses it and opens nothing. */
  picked?: string[];
  onPick?: (ids: string[]) => void;
}) {
  const t = useWord();
  const reveal = useReveal();
  if (!rows)
    return (
      <ul className="mlist late-show" aria-hidden="true">
        {Array.from({ length: 9 }, (_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: shapes without identity
          <li key={i}>
            <span className="row" style={{ padding: '13px 16px', flex: 1 }}>
              <Skel w={40} h={40} r={10} />
              <span className="col sp">
                <Skel w={`${50 + ((i * 13) % 30)}%`} />
                <Skel w="38%" />
              </span>
            </span>
          </li>
        ))}
      </ul>
    );
  if (!rows.length) return empty;
  if (picked && onPick) {
    const all = rows.every((c) => picked.includes(c.id));
    const toggle = (id: string) => onPick(picked.includes(id) ? picked.filter((x) => x !== id) : [...picked, id]);
    return (
      <ul className="mlist">
        <li>
          <label className="mpick">
            <input type="checkbox" checked={all} onChange={() => onPick(all ? [] : rows.map((c) => c.id))} />
            <span className="mut">{t('customer.verb.pick_page')}</span>
          </label>
        </li>
        {rows.map((c) => (
          <li key={c.id}>
            <label className="mpick">
              <input type="checkbox" checked={picked.includes(c.id)} onChange={() => toggle(c.id)} />
              <span className="mi">
                <b>{c.name}</b>
                <span className="row">
                  <StageChip code={c.stage} />
                  <small className="cut">{c.owner_name ?? t('customer.state.pool')}</small>
                </span>
              </span>
            </label>
          </li>
        ))}
      </ul>
    );
  }
  return (
    <>
      <ul className={stale ? 'mlist stale' : 'mlist'}>
        {rows.map((c) => (
          <li key={c.id}>
            <Link to="/customers/$id" params={{ id: c.id }}>
              <Avatar name={c.short_name || c.name} square size={40} />
              <div className="mi">
                <b>{c.name}</b>
                <span className="row">
                  <StageChip code={c.stage} />
                  <ReviewChip review={c.review} />
                  <TierBadges tiers={c.tiers} max={1} />
                  <small className={c.last_follow_up_at && daysSince(c.last_follow_up_at) > 30 ? 'cut overdue' : 'cut'}>
                    {c.last_follow_up_at
                      ? t('customer.label.followed', { when: relative(c.last_follow_up_at) })
                      : t('customer.label.never_followed')}
                    {' · '}
                    {c.owner_name ?? t('customer.state.pool')}
                  </small>
                </span>
              </div>
            </Link>
            {bin ? (
              <BinActions customer={c} />
            ) : (
              !(c.may && !c.may.reveal) &&
              !!c.owner_id &&
              !(c.primary_contact && !c.primary_contact.mobile && !c.primary_contact.phone) && (
                <button
                  type="button"
                  className="ib call"
                  aria-label={t('contact.verb.call_name', { name: c.primary_contact?.name ?? c.name })}
                  onClick={() => reveal.callCustomer(c)}
                >
                  <Phone size={18} />
                </button>
              )
            )}
          </li>
        ))}
      </ul>
      <PhonePager next={next} prev={prev} onGo={onGo} />
    </>
  );
}
