import '@/styles/report.css';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { ChartColumn, ChartLine, ChartPie, Funnel, type LucideIcon, Plus, Table2 } from 'lucide-react';
import { useMay } from '@/api/shared';
import { Page } from '@/app/page';
import { usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { Failed, Lines } from '@/kit/states';
import { standardsQuery } from './data';

const ICONS: Record<string, LucideIcon> = { bar: ChartColumn, line: ChartLine, pie: ChartPie, funnel: Funnel, table: Table2 };
const GROUPS = ['customers', 'selling', 'effort', 'service'] as const;

/** The reports that ship, by what they are of. */
export default function Reports() {
  const t = useWord();
  const may = useMay();
  const phone = usePhone();
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(standardsQuery());
  return (
    <Page
      title={t('reportpage.title.reports')}
      actions={
        <Button look="primary" icon={<Plus size={15} />} onClick={() => void navigate({ to: '/reports/new' })}>
          {phone ? t('app.verb.create') : t('reportpage.verb.custom')}
        </Button>
      }
    >
      <div className="page-b rindex">
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : !data ? (
          <Lines count={10} />
        ) : (
          GROUPS.map((g) => {
            const of = data.filter((r) => r.group === g);
            return (
              of.length > 0 && (
                <section key={g} aria-labelledby={`g-${g}`}>
                  <h2 id={`g-${g}`}>{t(`reportpage.group.${g}`)}</h2>
                  <ul>
                    {of.map((r) => {
                      const Icon = ICONS[r.chart] ?? Table2;
                      return (
                        <li key={r.code}>
                          <Link to="/reports/$code" params={{ code: r.code }} className="card rcard">
                            <Icon size={18} strokeWidth={1.75} />
                            <span className="cut">{r.label}</span>
                          </Link>
                        </li>
                      );
                    })}
                    {g === 'effort' && may('followup.read') && (
                      <li>
                        <Link to="/follow-ups" className="card rcard">
                          <Table2 size={18} strokeWidth={1.75} />
                          <span className="cut">{t('reportpage.title.follow_ups')}</span>
                        </Link>
                      </li>
                    )}
                  </ul>
                </section>
              )
            );
          })
        )}
      </div>
    </Page>
  );
}
