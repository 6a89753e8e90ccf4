import '@/styles/report.css';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { ChartColumn, ChartLine, ChartPie, Funnel, LayoutDashboard, type LucideIcon, Mail, Plus, Table2 } from 'lucide-react';
import { useMay } from '@/api/shared';
import { Page } from '@/app/page';
import { usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { Failed, Lines } from '@/kit/states';
import { savedQuery, standardsQuery } from './data';

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
        <>
          <Button icon={<Mail size={15} />} aria-label={t('mailing.title.list')} onClick={() => void navigate({ to: '/reports/mailings' })}>
            {phone ? null : t('mailing.title.list')}
          </Button>
          <Button look="primary" icon={<Plus size={15} />} onClick={() => void navigate({ to: '/reports/new' })}>
            {phone ? t('app.verb.create') : t('reportpage.verb.custom')}
          </Button>
        </>
      }
    >
      <div className="page-b rindex">
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : !data ? (
          <Lines count={10} />
        ) : (
          [
            <Own key="own" />,
            ...GROUPS.map((g) => {
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
            }),
          ]
        )}
      </div>
    </Page>
  );
}

/** What one kept oneself, and what colleagues share. */
function Own() {
  const t = useWord();
  const { data } = useQuery(savedQuery);
  if (!data?.length) return null;
  return (
    <section aria-labelledby="g-own">
      <h2 id="g-own">{t('reportpage.group.own')}</h2>
      <ul>
        {data.map((r) => {
          const Icon = ICONS[r.chart] ?? Table2;
          return (
            <li key={r.id}>
              <Link to="/reports/kept/$id" params={{ id: r.id }} className="card rcard">
                <Icon size={18} strokeWidth={1.75} />
                <span className="cut">{r.name}</span>
                <span className="sp" />
                {r.on_board && <LayoutDashboard size={14} aria-label={t('reportpage.field.on_board')} />}
                {r.shared !== 'mine' && <Chip tone="gray">{t('reportpage.label.shared')}</Chip>}
              </Link>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
