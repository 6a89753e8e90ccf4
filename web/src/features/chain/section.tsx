import '@/styles/chain.css';
import { useQuery } from '@tanstack/react-query';
import { CircleAlert, Contact as ContactIcon, Plus } from 'lucide-react';
import { useState } from 'react';
import { useDictionaries, useMay } from '@/api/shared';
import type { Contact, CustomerRecord } from '@/api/types';
import { money } from '@/app/numbers';
import { openIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { contactsOf } from '@/features/contact/data';
import { ContactSheet } from '@/features/contact/sheet';
import { Button } from '@/kit/button';
import { Empty, Failed, Lines } from '@/kit/states';
import { Chart } from './chart';
import { type Chain, chainQuery, type Gap, type Link } from './data';
import { Steps } from './steps';

/** Who is asked first about what, in roles. */
const QUESTIONS = [
  { word: 'chain.question.decides', roles: ['decider'] },
  { word: 'chain.question.evaluates', roles: ['evaluator', 'technical'] },
  { word: 'chain.question.uses', roles: ['user'] },
  { word: 'chain.question.buys', roles: ['purchaser', 'purchasing_manager', 'finance'] },
] as const;

/** The tab of a customer's page with its decision chain: what is missing, who stands where, which departments must say yes, who competes. */
export default function DecisionChain({ customer }: { customer: CustomerRecord }) {
  const t = useWord();
  const may = useMay();
  const { data, error, refetch } = useQuery(chainQuery(customer.id));
  const { data: contacts } = useQuery(contactsOf(customer.id));
  const [editing, setEditing] = useState<Contact | 'new' | null>(null);
  const writes = may('contact.write') && customer.may.change && !customer.deleted_at;
  if (error) return <Failed error={error} retry={() => void refetch()} small />;
  if (!data) return <Lines count={5} />;
  const add = writes && (
    <Button size="sm" icon={<Plus size={14} />} onClick={() => setEditing('new')}>
      {t('contact.verb.add')}
    </Button>
  );
  const open = (p: Link) => {
    const own = contacts?.find((x) => x.id === p.id);
    if (own) setEditing(own);
  };
  return (
    <div className="col svc-tab chain">
      {data.people.length > 0 && <Gaps gaps={data.gaps} days={data.untouched_days} />}
      <section aria-label={t('chain.title.chart')}>
        <div className="row">
          <h2 className="svc-head">{t('chain.title.chart')}</h2>
          <span className="sp" />
          {data.people.length > 0 && add}
        </div>
        {data.people.length ? (
          <>
            <Who people={data.people} />
            <Chart people={data.people} days={data.untouched_days} onOpen={writes ? open : undefined} />
          </>
        ) : (
          <Empty icon={ContactIcon} title={t('chain.empty.people')} hint={t('chain.empty.people_hint')} small>
            {add}
          </Empty>
        )}
      </section>
      <div className="chain-two">
        <Steps
          customer={customer.id}
          steps={data.steps}
          people={data.people}
          writes={may('customer.write') && customer.may.change && !customer.deleted_at}
        />
        <Competition customer={customer} />
      </div>
      {editing && <ContactSheet customer={customer} contact={editing === 'new' ? undefined : editing} onClose={() => setEditing(null)} />}
    </div>
  );
}

function Gaps({ gaps, days }: { gaps: Gap[]; days: number }) {
  const t = useWord();
  if (!gaps.length) return null;
  const text = (g: Gap): string => {
    if (g.code === 'no_decider') return t('chain.gap.no_decider');
    if (g.code === 'decider_opposes') return t('chain.gap.opposes', { name: g.name });
    return g.days > 0 ? t('chain.gap.untouched', { name: g.name, days: g.days }) : t('chain.gap.never', { name: g.name, days });
  };
  return (
    <ul className="chain-gaps" aria-label={t('chain.title.gaps')}>
      {gaps.map((g) => (
        <li key={g.code + (g.contact_id ?? '')} className={g.code === 'decider_untouched' ? 'tone-amber' : 'tone-red'}>
          <CircleAlert size={15} aria-hidden="true" />
          {text(g)}
        </li>
      ))}
    </ul>
  );
}

/** The four questions at a glance. */
function Who({ people }: { people: Chain['people'] }) {
  const t = useWord();
  return (
    <dl className="chain-who">
      {QUESTIONS.map((q) => {
        const names = people.filter((p) => (q.roles as readonly string[]).includes(p.role ?? '')).map((p) => p.name);
        return (
          <div key={q.word}>
            <dt>{t(q.word)}</dt>
            <dd className={names.length ? 'cut' : 'mut'} title={names.join(' · ')}>
              {names.join(' · ') || t('chain.state.nobody')}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function Competition({ customer: c }: { customer: CustomerRecord }) {
  const t = useWord();
  const dictionaries = useDictionaries();
  const all = c.competitors ?? [];
  return (
    <section aria-label={t('customer.field.competitors')}>
      <div className="row">
        <h2 className="svc-head">{t('customer.field.competitors')}</h2>
        <span className="sp" />
        {c.may.change && !c.deleted_at && (
          <Button size="sm" look="ghost" onClick={() => openIt({ what: 'form', id: c.id })}>
            {t('app.verb.edit')}
          </Button>
        )}
      </div>
      {all.length ? (
        <ul className="chain-rivals">
          {all.map((x) => (
            <li key={x.name}>
              <b className="cut">{dictionaries.label('competitor', x.name)}</b>
              {x.price_fen ? <span className="tn">{money(x.price_fen)}</span> : null}
              {(x.strengths || x.note) && <p className="tx2">{[x.strengths, x.note].filter(Boolean).join(' · ')}</p>}
            </li>
          ))}
        </ul>
      ) : (
        <p className="mut svc-none">{t('chain.empty.competitors')}</p>
      )}
    </section>
  );
}
