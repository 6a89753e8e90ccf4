import { Link } from '@tanstack/react-router';
import { FlaskConical } from 'lucide-react';
import { useState } from 'react';
import { post } from '@/api/client';
import { full, shortDay } from '@/app/dates';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { Choices } from '@/kit/inputs';
import { tellError } from '@/kit/toast';
import type { AlertRule, DryRun } from './data';

/** What the rule, as it stands on the screen, would have sent. Nothing is kept and nobody is told. */
export function Trial({ rule, body }: { rule: AlertRule; body: () => object }) {
  const t = useWord();
  const [months, setMonths] = useState('1');
  const [out, setOut] = useState<DryRun | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    await post<DryRun>(`/alerts/rules/${rule.id}/dry-run`, { ...body(), months: Number(months) }).then(setOut, tellError);
    setBusy(false);
  };
  const most = Math.max(1, ...(out?.weeks.map((w) => w.count) ?? []));
  return (
    <section className="card col alert-trial">
      <div className="row wrap">
        <h2>{t('alert.title.trial')}</h2>
        <span className="sp" />
        <Choices
          label={t('alert.label.months')}
          value={months}
          onChange={(v) => setMonths(v ?? '1')}
          options={['1', '3', '6'].map((m) => ({ code: m, label: t('alert.label.past', { n: m }) }))}
        />
        <Button icon={<FlaskConical size={14} />} busy={busy} onClick={() => void run()}>
          {t('alert.verb.try')}
        </Button>
      </div>
      <p className="field-help">{t('alert.hint.trial')}</p>
      {out && (
        <div className="col" role="status">
          <p>
            <b>{t('alert.state.tried', { alerts: out.alerts, notices: out.notices })}</b>
          </p>
          {out.partial && <p className="field-help">{t('alert.hint.partial')}</p>}
          {out.today.length > 0 && <p className="field-help">{t('alert.hint.today', { n: out.today.length })}</p>}
          {out.people.length > 0 && (
            <ul className="rows">
              {out.people.slice(0, 10).map((p) => (
                <li key={p.user_id}>
                  <span className="sp">{p.name}</span>
                  <span className="tn">{p.count}</span>
                </li>
              ))}
            </ul>
          )}
          {out.weeks.length > 0 && (
            <dl className="alert-weeks">
              {out.weeks.map((w) => (
                <div key={w.week}>
                  <dt className="tn">{shortDay(w.week)}</dt>
                  <dd>
                    <i style={{ width: `${(w.count / most) * 100}%` }} />
                    <span className="tn">{w.count}</span>
                  </dd>
                </div>
              ))}
            </dl>
          )}
          {out.sample.length > 0 && (
            <ul className="rows">
              {out.sample.map((s) => (
                <li key={`${s.at}${s.customer_id}${s.to.join()}`}>
                  <span className="sp cut">
                    <Link to="/customers/$id" params={{ id: s.customer_id }} className="cut">
                      {s.customer_name}
                    </Link>
                    <small className="cut">
                      {full(s.at)} · {s.why} · {s.to.join('、')}
                    </small>
                  </span>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </section>
  );
}
