import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check, ListChecks, Shapes, X } from 'lucide-react';
import { useState } from 'react';
import { post } from '@/api/client';
import { useFields, useMay } from '@/api/shared';
import type { CustomerRecord, Items, Standing, Task } from '@/api/types';
import { asDay, dayOf } from '@/app/dates';
import { openIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { fromText } from '@/features/filter/tree';
import { FilterWords } from '@/features/filter/words';
import { winBacksQuery } from '@/features/winback/data';
import { Button } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { tell, tellError } from '@/kit/toast';
import { standingsQuery, useSegmentsChanged } from './data';
import { Figures } from './figures';

/** Which tiers a customer is in, since when and why, and what is then to be done. */
export function TierCard({ customer }: { customer: CustomerRecord }) {
  const t = useWord();
  const [past, setPast] = useState(false);
  const { data } = useQuery(standingsQuery(customer.id));
  if (!data?.length) return null;
  const here = data.filter((s) => !s.until);
  const left = data.filter((s) => s.until);
  return (
    <section className="card" aria-label={t('segment.title.card')}>
      <h2>
        <Shapes size={15} />
        {t('segment.title.card')}
      </h2>
      <div className="col seg-card">
        {here.map((s) => (
          <Stand key={s.id} s={s} customer={customer} />
        ))}
        {!here.length && <p className="mut">{t('segment.empty.none')}</p>}
        {left.length > 0 && (
          <button type="button" className="link seg-more" aria-expanded={past} onClick={() => setPast(!past)}>
            {t('segment.label.history', { count: left.length })}
          </button>
        )}
        {past && (
          <ul className="seg-past">
            {left.map((s) => (
              <li key={s.id}>
                <Chip tone={s.tone}>{s.name}</Chip>{' '}
                <small className="mut tn">
                  {asDay(dayOf(s.since))} – {s.until && asDay(dayOf(s.until))}
                </small>
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

/** A step that has a form of its own opens it. */
function Proposed({ step, s, customer }: { step?: string; s: Standing; customer: CustomerRecord }) {
  const t = useWord();
  const may = useMay();
  if (!may('followup.write') || !customer.may.add || customer.deleted_at || s.until) return null;
  const about = { id: customer.id, name: customer.name };
  if (step === 'win_back_plan') return <WinBackLink about={about} segment={s.segment_id} />;
  if (step !== 'product_trial') return null;
  return (
    <button type="button" className="link" onClick={() => openIt({ what: 'trial', customer: about })}>
      {t('trial.verb.create')}
    </button>
  );
}

/** Opens a plan, or the one that is open. */
function WinBackLink({ about, segment }: { about: { id: string; name: string }; segment: string }) {
  const t = useWord();
  const { data } = useQuery(winBacksQuery(about.id));
  if (!data) return null;
  const open = data.find((p) => p.state === 'open');
  return (
    <button type="button" className="link" onClick={() => openIt({ what: 'winback', id: open?.id, customer: about, segment })}>
      {t(open ? 'winback.title.plan' : 'winback.verb.create')}
    </button>
  );
}

function Stand({ s, customer }: { s: Standing; customer: CustomerRecord }) {
  const t = useWord();
  const may = useMay();
  const fields = useFields('customer') ?? [];
  const changed = useSegmentsChanged();
  const [busy, setBusy] = useState(false);
  const take = async () => {
    setBusy(true);
    try {
      const made = await post<Items<Task>>(`/customers/${customer.id}/playbook`, { segment_id: s.segment_id });
      tell(t('segment.state.taken', { count: made.items.length }));
    } catch (e) {
      tellError(e);
    }
    setBusy(false);
    changed();
  };
  return (
    <article>
      <p className="row wrap">
        <Link to="/segments/$id" params={{ id: s.segment_id }}>
          <Chip tone={s.tone} dot>
            {s.name}
          </Chip>
        </Link>
        <small className="mut tn">{t('segment.label.since', { day: asDay(dayOf(s.since)) })}</small>
      </p>
      <ul className="seg-ways">
        {s.ways.map((w) => (
          <li key={w.filter} className={w.holds ? '' : 'mut'}>
            {w.holds ? (
              <Check size={13} aria-label={t('segment.label.holds')} color="var(--green-d)" />
            ) : (
              <X size={13} aria-label={t('segment.label.holds_not')} />
            )}
            <span>
              <FilterWords fields={fields} value={fromText(w.filter)} />
            </span>
          </li>
        ))}
      </ul>
      <Figures then={s.figures} now={s.now} />
      {s.playbook.length > 0 && (
        <div className="seg-play">
          <b className="tx2">{t('segment.label.playbook')}</b>
          <ol>
            {s.playbook.map((p) => (
              <li key={`${p.step}${p.title}`}>
                {p.title} <Proposed step={p.step} s={s} customer={customer} />{' '}
                <small className="mut">
                  {t(`segment.to.${p.to}`)} · {t('segment.label.in_days', { count: p.days })}
                </small>
              </li>
            ))}
          </ol>
          {s.taken_at ? (
            <small className="mut">{t('segment.label.taken', { day: asDay(dayOf(s.taken_at)), name: s.taken_by ?? '' })}</small>
          ) : (
            may('task.write') &&
            customer.may.add &&
            !customer.deleted_at && (
              <Button size="sm" busy={busy} icon={<ListChecks size={14} />} onClick={() => void take()}>
                {t('segment.verb.take')}
              </Button>
            )
          )}
        </div>
      )}
    </article>
  );
}
