import '@/styles/guide.css';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check, X } from 'lucide-react';
import { useState } from 'react';
import { get } from '@/api/client';
import type { components } from '@/api/schema.gen';
import type { Colleague, Customer, Items, List } from '@/api/types';
import { keep, kept } from '@/app/store';
import { type Key, useWord } from '@/app/words';
import { IconButton } from '@/kit/button';

type Setting = components['schemas']['SettingShown'];

/** What a company has done of its beginning, told by its own records. */
const begunQuery = queryOptions({
  queryKey: ['guide'],
  queryFn: async () => {
    const [settings, people, customers] = await Promise.all([
      get<Items<Setting>>('/settings'),
      get<Items<Colleague>>('/colleagues', { limit: 2 }),
      get<List<Customer>>('/customers', { limit: 1 }),
    ]);
    return {
      company: settings.items.some((s) => s.key === 'company.code' && !!s.value),
      people: people.items.length > 1,
      customers: customers.items.length > 0,
    };
  },
  staleTime: 10_000,
});

type Step = { key: 'company' | 'people' | 'customers'; to: '/admin/company' | '/admin/people' | '/imports/new'; name: Key; hint: Key };
const STEPS: Step[] = [
  { key: 'company', to: '/admin/company', name: 'home.guide.company', hint: 'home.guide.company_hint' },
  { key: 'people', to: '/admin/people', name: 'home.guide.people', hint: 'home.guide.people_hint' },
  { key: 'customers', to: '/imports/new', name: 'home.guide.customers', hint: 'home.guide.customers_hint' },
];

/** The first three steps of a company: what is done bears a tick, and when all are, or it is put away, it is gone. */
export default function Guide() {
  const t = useWord();
  const { data } = useQuery(begunQuery);
  const [away, setAway] = useState(() => kept<boolean>('guide.away') ?? false);
  if (away || !data || STEPS.every((s) => data[s.key])) return null;
  const next = STEPS.find((s) => !data[s.key]);
  return (
    <section className="card guide" aria-label={t('home.guide.title')}>
      <header>
        <h2>{t('home.guide.title')}</h2>
        <span className="sp" />
        <IconButton
          small
          label={t('home.guide.away')}
          onClick={() => {
            keep('guide.away', true);
            setAway(true);
          }}
        >
          <X size={15} />
        </IconButton>
      </header>
      <ol>
        {STEPS.map((s, i) => (
          <li key={s.key} className={data[s.key] ? 'done' : s === next ? 'next' : undefined}>
            <span className="mark" aria-hidden="true">
              {data[s.key] ? <Check size={14} /> : i + 1}
            </span>
            <div>
              <b>{t(s.name)}</b>
              <p>{t(s.hint)}</p>
            </div>
            {data[s.key] ? (
              <small className="mut">{t('home.guide.done')}</small>
            ) : (
              <Link to={s.to} className={s === next ? 'btn primary' : 'btn'}>
                {t('home.guide.go')}
              </Link>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
