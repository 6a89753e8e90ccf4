import '@/styles/report.css';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ChartColumn, ChevronRight } from 'lucide-react';
import { useFields } from '@/api/shared';
import type { Period, StandardReport } from '@/api/types';
import { Page } from '@/app/page';
import { usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { Segmented } from '@/kit/button';
import { Empty, Failed, Lines } from '@/kit/states';
import { AnswerTable, Drawing } from './chart';
import { filterText, standardQuery, standardsQuery } from './data';
import { lead, plan } from './figures';
import { ReportFilter } from './filter';
import { GiveOut } from './out';
import { PeriodChooser } from './period';
import type { ReportSearch } from './search';

const route = getRouteApi('/app/reports/$code');
const CYCLE = ['owner_id', 'industry', 'source', 'area', 'grade'] as const;

export default function StandardPage() {
  const t = useWord();
  const { code } = route.useParams();
  const { data, error, refetch } = useQuery(standardsQuery());
  const report = data?.find((r) => r.code === code);
  if (error) return <Failed error={error} retry={() => void refetch()} alone />;
  if (!data)
    return (
      <div className="page-b">
        <Lines count={8} />
      </div>
    );
  if (!report) return <Empty icon={ChartColumn} title={t('reportpage.empty.report')} alone />;
  return <Report key={code} report={report} />;
}

function Report({ report }: { report: StandardReport }) {
  const t = useWord();
  const phone = usePhone();
  const navigate = useNavigate();
  const s = route.useSearch();
  const fields = useFields('customer');
  const period: Period = s.from && s.to ? { from: s.from, to: s.to } : { preset: (s.period ?? report.period) as Period['preset'] };
  const filter = filterText(s.f);
  const { data, error, refetch, isPlaceholderData } = useQuery(
    standardQuery(report.code, { period: period.preset, from: period.from, to: period.to, filter, by: s.by }),
  );
  const go = (change: Partial<ReportSearch>) =>
    void navigate({ to: '/reports/$code', params: { code: report.code }, search: { ...s, ...change }, replace: true });
  const drawable = report.chart !== 'table';
  const choosable = (report.chart === 'bar' || report.chart === 'line' || report.chart === 'pie') && (data?.columns.length ?? 0) > 1;
  const together = !!data && data.by.length < 2 && report.chart !== 'pie' && choosable && plan(data, 'bar').series.length > 1;
  return (
    <Page
      title={
        <span className="rcrumb">
          <Link to="/reports">{t('reportpage.title.reports')}</Link>
          <ChevronRight size={16} />
          {report.label}
        </span>
      }
      sub={!phone && data?.from && data.to ? `${data.from} – ${data.to}` : undefined}
      actions={
        <>
          {drawable && (
            <Segmented
              small
              label={t('reportpage.label.view')}
              value={s.table ? 'table' : 'chart'}
              onChange={(v) => go({ table: v === 'table' || undefined })}
              options={[
                { value: 'chart', label: t('reportpage.view.chart') },
                { value: 'table', label: t('reportpage.view.table') },
              ]}
            />
          )}
          <GiveOut
            query={{ report: report.code, period: period.preset, from: period.from, to: period.to, filter, by: s.by, measure: s.measure }}
            what={{ report: report.code, period, filter, by: s.by }}
            name={report.label}
          />
        </>
      }
    >
      <div className="page-b rpage">
        <div className="row wrap rtools">
          <PeriodChooser
            value={period}
            bounded={report.period !== 'all'}
            onChange={(p) => go({ period: p.preset, from: p.from, to: p.to })}
          />
          {report.code === 'deal_cycle' && (
            <select
              className="input rperiod"
              aria-label={t('reportpage.label.by')}
              value={s.by ?? 'owner_id'}
              onChange={(e) => go({ by: e.target.value })}
            >
              {CYCLE.map((name) => (
                <option key={name} value={name}>
                  {t('reportpage.label.by_field', { label: fields?.find((f) => f.name === name)?.label ?? '' })}
                </option>
              ))}
            </select>
          )}
          <ReportFilter fields={fields} value={s.f} onChange={(f) => go({ f })} name={t('reportpage.verb.filter_customers')} />
        </div>
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : !data ? (
          <Lines count={8} />
        ) : !data.rows.length ? (
          <Empty icon={ChartColumn} title={t('reportpage.empty.figures')} hint={t('reportpage.empty.figures_hint')} />
        ) : (
          <div className={isPlaceholderData ? 'rpage stale' : 'rpage'}>
            {drawable && !s.table && (
              <section className="card" aria-label={t('reportpage.view.chart')}>
                {choosable && (
                  <select
                    className="input plain rmeasure"
                    aria-label={t('reportpage.label.measure')}
                    value={s.measure ?? (together ? '' : data.columns[lead(data)]?.name)}
                    onChange={(e) => go({ measure: e.target.value || undefined })}
                  >
                    {together && <option value="">{t('reportpage.label.together')}</option>}
                    {data.columns.map((c) => (
                      <option key={c.name} value={c.name}>
                        {c.label}
                      </option>
                    ))}
                  </select>
                )}
                <Drawing answer={data} kind={report.chart} measure={s.measure} label={report.label} />
              </section>
            )}
            <div className="card">
              <AnswerTable answer={data} label={report.label} />
              {data.more && <p className="field-help">{t('reportpage.hint.cut')}</p>}
            </div>
          </div>
        )}
      </div>
    </Page>
  );
}
