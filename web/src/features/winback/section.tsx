import '@/styles/review.css';
import { useQuery } from '@tanstack/react-query';
import { FlaskConical, LifeBuoy, Plus } from 'lucide-react';
import { useMay } from '@/api/shared';
import type { CustomerRecord } from '@/api/types';
import { openIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { Failed, Lines } from '@/kit/states';
import { PLAN_TONE, TRIAL_TONE, type Trial, trialsQuery, type WinBack, winBacksQuery } from './data';

/** The tab of a customer's page with what is done to keep it, and what it tried. */
export function CustomerCare({ customer }: { customer: CustomerRecord }) {
  return (
    <div className="col svc-tab">
      <Plans customer={customer} />
      <Trials customer={customer} />
    </div>
  );
}

function Plans({ customer }: { customer: CustomerRecord }) {
  const t = useWord();
  const may = useMay();
  const { data, error, refetch } = useQuery(winBacksQuery(customer.id));
  const open = data?.some((p) => p.state === 'open');
  return (
    <section aria-label={t('winback.title.plans')}>
      <div className="row">
        <h2 className="svc-head">{t('winback.title.plans')}</h2>
        <span className="sp" />
        {may('followup.write') && customer.may.add && !customer.deleted_at && data && !open && (
          <Button
            size="sm"
            icon={<Plus size={14} />}
            onClick={() => openIt({ what: 'winback', customer: { id: customer.id, name: customer.name } })}
          >
            {t('winback.verb.create')}
          </Button>
        )}
      </div>
      {error ? (
        <Failed error={error} retry={() => void refetch()} small />
      ) : !data ? (
        <Lines count={2} />
      ) : !data.length ? (
        <p className="mut svc-none">
          <LifeBuoy size={15} aria-hidden="true" /> {t('winback.empty.plans')}
        </p>
      ) : (
        <ul className="svc">
          {data.map((p) => (
            <PlanLine key={p.id} p={p} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** A plan as a line: why, who, until when, and how far its measures are. */
export function PlanLine({ p, customer }: { p: WinBack; customer?: boolean }) {
  const t = useWord();
  const done = p.measures.filter((m) => m.done_on).length;
  const late = p.measures.filter((m) => m.overdue).length;
  return (
    <li>
      <div className="svc-h">
        <button
          type="button"
          className="plain svc-t"
          onClick={() => openIt({ what: 'winback', id: p.id, customer: { id: p.customer_id, name: p.customer_name ?? '' } })}
        >
          {customer && <b>{p.customer_name} </b>}
          {p.cause}
        </button>
        <span className="sp" />
        <Chip tone={PLAN_TONE[p.state]} dot>
          {t(`winback.state.${p.state}`)}
        </Chip>
      </div>
      {p.measures.length > 0 && (
        <ul className="care-steps">
          {p.measures.map((m) => (
            <li key={m.id} className={m.done_on ? 'mut' : undefined}>
              {m.done_on ? '✓ ' : '· '}
              {m.what}{' '}
              <small className={m.overdue ? 'care-late' : 'mut'}>
                {[
                  m.owner_name,
                  m.done_on
                    ? t('winback.label.done', { day: m.done_on })
                    : m.due_on && t(m.overdue ? 'winback.label.late' : 'winback.label.due', { day: m.due_on }),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </small>
            </li>
          ))}
        </ul>
      )}
      {p.outcome && <p className="tx2">{t('winback.label.outcome', { text: p.outcome })}</p>}
      <small className="mut svc-m">
        <span>{p.owner_name}</span>
        {p.due_on && p.state === 'open' && (
          <span className={p.overdue ? 'tn care-late' : 'tn'}>
            {t(p.overdue ? 'winback.label.late' : 'winback.label.due', { day: p.due_on })}
          </span>
        )}
        {p.ended_on && <span className="tn">{t('winback.label.ended', { day: p.ended_on })}</span>}
        {p.measures.length > 0 && <span className="tn">{t('winback.label.progress', { done, n: p.measures.length })}</span>}
        {late > 0 && <span className="care-late">{t('winback.label.late_count', { count: late })}</span>}
      </small>
    </li>
  );
}

function Trials({ customer }: { customer: CustomerRecord }) {
  const t = useWord();
  const may = useMay();
  const { data, error, refetch } = useQuery(trialsQuery(customer.id));
  return (
    <section aria-label={t('trial.title.trials')}>
      <div className="row">
        <h2 className="svc-head">{t('trial.title.trials')}</h2>
        <span className="sp" />
        {may('followup.write') && customer.may.add && !customer.deleted_at && (
          <Button
            size="sm"
            icon={<Plus size={14} />}
            onClick={() => openIt({ what: 'trial', customer: { id: customer.id, name: customer.name } })}
          >
            {t('trial.verb.create')}
          </Button>
        )}
      </div>
      {error ? (
        <Failed error={error} retry={() => void refetch()} small />
      ) : !data ? (
        <Lines count={2} />
      ) : !data.length ? (
        <p className="mut svc-none">
          <FlaskConical size={15} aria-hidden="true" /> {t('trial.empty.trials')}
        </p>
      ) : (
        <ul className="svc">
          {data.map((x) => (
            <TrialLine key={x.id} x={x} />
          ))}
        </ul>
      )}
    </section>
  );
}

function TrialLine({ x }: { x: Trial }) {
  const t = useWord();
  return (
    <li>
      <div className="svc-h">
        <button
          type="button"
          className="plain svc-t"
          onClick={() => openIt({ what: 'trial', id: x.id, customer: { id: x.customer_id, name: x.customer_name ?? '' } })}
        >
          {x.product}
        </button>
        <span className="sp" />
        <Chip tone={TRIAL_TONE[x.result]} dot>
          {t(`trial.result.${x.result}`)}
        </Chip>
      </div>
      {x.opinion && <p className="tx2">{x.opinion}</p>}
      <small className="mut svc-m">
        <span className="tn">
          {x.from} – {x.to ?? ''}
        </span>
        {x.contact_name && <span>{x.contact_name}</span>}
        <span>{x.owner_name}</span>
      </small>
    </li>
  );
}
