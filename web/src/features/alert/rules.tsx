import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CalendarDays, Plus } from 'lucide-react';
import { useState } from 'react';
import { patch } from '@/api/client';
import { Page } from '@/app/page';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { Check } from '@/kit/inputs';
import { Failed, Lines } from '@/kit/states';
import { tellError } from '@/kit/toast';
import { type AlertRule, rulesQuery, yearQuery } from './data';
import { RuleSheet, useLadder } from './rule';

/** 提醒规则: which there are, on or off, and each on its own sheet. */
export default function RulesPage() {
  const t = useWord();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(rulesQuery());
  const year = useQuery(yearQuery(0)).data;
  const [open, setOpen] = useState<AlertRule | 'new' | null>(null);
  const ladder = useLadder();
  const toggle = (r: AlertRule, active: boolean) =>
    patch(`/alerts/rules/${r.id}`, { active }, r.version).then(() => client.invalidateQueries({ queryKey: ['alert-rules'] }), tellError);
  return (
    <Page narrow title={t('alert.title.rules')}>
      <div className="page-b form">
        {!!year?.missing.length && (
          <p className="field-help alert-warn" role="status">
            {t('alert.hint.missing', { years: year.missing.join('、') })} <Link to="/admin/calendar">{t('alert.title.calendar')}</Link>
          </p>
        )}
        <p className="field-help">{t('alert.hint.rules')}</p>
        <section className="card">
          <header>
            <h2>{t('alert.title.rules')}</h2>
            <span className="sp" />
            <Link to="/admin/calendar" className="btn sm">
              <CalendarDays size={14} /> {t('alert.title.calendar')}
            </Link>
            <Button size="sm" icon={<Plus size={14} />} onClick={() => setOpen('new')}>
              {t('alert.verb.add')}
            </Button>
          </header>
          {error ? (
            <Failed error={error} retry={() => void refetch()} small />
          ) : !data ? (
            <Lines count={6} />
          ) : (
            <ul className="rows alert-rules">
              {data.map((r) => (
                <li key={r.id}>
                  <Check checked={r.active} onChange={(on) => void toggle(r, on)}>
                    <span className="sr">{t('alert.label.on', { name: r.name })}</span>
                  </Check>
                  <button type="button" className="sp cut linklike" onClick={() => setOpen(r)}>
                    <b className="cut">{r.name}</b>
                    <small className="cut">{ladder(r)}</small>
                  </button>
                  {r.changed && <Chip tone="amber">{t('alert.label.changed')}</Chip>}
                  {r.standing > 0 && <Chip tone="gray">{t('alert.label.standing', { n: r.standing })}</Chip>}
                </li>
              ))}
            </ul>
          )}
        </section>
        <p className="field-help">{t('alert.hint.later')}</p>
      </div>
      {open && <RuleSheet key={open === 'new' ? 'new' : open.id} rule={open === 'new' ? undefined : open} onClose={() => setOpen(null)} />}
    </Page>
  );
}
