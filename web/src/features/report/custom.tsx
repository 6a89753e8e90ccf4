import '@/styles/report.css';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ChartColumn, ChevronRight, Save } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { type RecordKind, useFields, useMay } from '@/api/shared';
import type { Ask, SavedReport } from '@/api/types';
import { Page } from '@/app/page';
import { type Key, useWord, wordOr } from '@/app/words';
import { Button, Segmented } from '@/kit/button';
import { Check } from '@/kit/inputs';
import { Empty, Failed, Lines } from '@/kit/states';
import { AnswerTable, Drawing } from './chart';
import { askQuery, filterText, keptQuery } from './data';
import { type Dim, dims, inTime, SUBJECTS, type Subject } from './dims';
import { ReportFilter } from './filter';
import { KeepSheet } from './keep';
import { GiveOut } from './out';
import { PeriodChooser } from './period';
import type { ChartKind, CustomAsk } from './search';

/** What a new report begins with, so that there is something to see. */
const USUAL: Record<Subject, string[]> = {
  customer: ['source'],
  order: ['ordered_on:month'],
  follow_up: ['author_id'],
  need: ['kind'],
  feedback: ['topic'],
};
const route = getRouteApi('/app/reports/new');

/** What the API is asked: no period without bounds where an axis is of time. */
export function asked(a: CustomAsk): Ask {
  return { subject: a.subject, measures: a.measures, by: a.by, period: a.period, filter: filterText(a.f) };
}
function useLater<T>(value: T, ms: number): T {
  const [late, setLate] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLate(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return late;
}

/** 自定义报表: of which records, what, by what, of which time; drawn while it is put together. It stands in the URL. */
export default function Custom() {
  const t = useWord();
  const may = useMay();
  const navigate = useNavigate();
  const s = route.useSearch();
  const subjects = SUBJECTS.filter((x) => may(x.may));
  const about = subjects.find((x) => x.name === s.ask?.subject) ?? subjects[0];
  const subject: Subject = about?.name ?? 'customer';
  const fields = useFields(subject.replace('_', '-') as RecordKind);
  const customer = useFields('customer');
  const amounts = !!fields?.some((f) => f.name === 'amount_fen');
  const measures = (about?.measures ?? []).filter((m) => !m.amount || amounts);
  const first = measures[0]?.name ?? 'count';
  const own = useMemo(() => dims(fields), [fields]);
  const theirs = useMemo(() => (subject === 'customer' ? [] : dims(customer, 'customer.')), [customer, subject]);

  const chosen = (s.ask?.measures ?? []).filter((m) => measures.some((x) => x.name === m));
  const a: CustomAsk = {
    subject,
    measures: chosen.length ? chosen : [first],
    by: s.ask?.by ?? USUAL[subject],
    period: s.ask?.period ?? { preset: 'this_year' },
    f: s.ask?.f,
    chart: s.ask?.chart ?? 'bar',
  };
  const by = a.by ?? [];
  const timed = by.some(inTime);
  const go = (change: Partial<CustomAsk>) => {
    const next = { ...a, ...change };
    if ((next.by ?? []).some(inTime) && next.period?.preset === 'all') next.period = { preset: 'last_12_months' };
    void navigate({ to: '/reports/new', search: { ask: next, saved: s.saved }, replace: true });
  };
  const text = JSON.stringify(asked(a));
  const late = useLater(text, 350);
  const { data, error, refetch, isPlaceholderData } = useQuery({ ...askQuery(JSON.parse(late) as Ask), enabled: !!fields && !!about });
  const kinds = (['bar', 'line', 'pie', 'funnel', 'table'] as const).filter(
    (k) => (k !== 'pie' || by.length < 2) && (k !== 'funnel' || by.length === 1),
  );
  const kind: ChartKind = kinds.includes(a.chart ?? 'bar') ? (a.chart ?? 'bar') : 'bar';
  const title = t('reportpage.title.custom');
  const { data: record } = useQuery(keptQuery(s.saved ?? ''));
  const [keeping, setKeeping] = useState<{ record?: SavedReport } | null>(null);
  return (
    <Page
      title={
        <span className="rcrumb">
          <Link to="/reports">{t('reportpage.title.reports')}</Link>
          <ChevronRight size={16} />
          {record ? record.name : title}
        </span>
      }
      actions={
        <>
          <GiveOut query={{ ask: text, chart: kind }} name={title} />
          {record?.may_change && (
            <Button onClick={() => setKeeping({})} disabled={!data}>
              {t('reportpage.verb.save_as')}
            </Button>
          )}
          <Button
            look="primary"
            icon={<Save size={15} />}
            onClick={() => setKeeping({ record: record?.may_change ? record : undefined })}
            disabled={!data}
          >
            {t('app.verb.save')}
          </Button>
        </>
      }
    >
      <div className="page-b rbuild">
        <form className="card rform" aria-label={title} onSubmit={(e) => e.preventDefault()}>
          <label className="rfield">
            <span>{t('reportpage.label.subject')}</span>
            <select
              className="input"
              value={subject}
              onChange={(e) => go({ subject: e.target.value as Subject, measures: [], by: USUAL[e.target.value as Subject], f: undefined })}
            >
              {subjects.map((x) => (
                <option key={x.name} value={x.name}>
                  {t(`reportpage.subject.${x.name}`)}
                </option>
              ))}
            </select>
          </label>
          <fieldset className="rfield">
            <legend>{t('reportpage.label.measures')}</legend>
            <div className="rchecks">
              {measures.map((m) => (
                <Check
                  key={m.name}
                  checked={a.measures.includes(m.name)}
                  onChange={(on) => {
                    const next = measures.map((x) => x.name).filter((n) => (n === m.name ? on : a.measures.includes(n)));
                    if (next.length) go({ measures: next });
                  }}
                >
                  {wordOr(`report.measure.${subject}.${m.name}`, m.name)}
                </Check>
              ))}
            </div>
          </fieldset>
          {[0, 1].map((i) => (
            <DimChooser
              key={i}
              label={t(i === 0 ? 'reportpage.label.by_first' : 'reportpage.label.by_second')}
              value={by[i]}
              own={own}
              theirs={theirs}
              subject={subject}
              taken={by[1 - i]}
              disabled={i === 1 && !by[0]}
              onChange={(name) =>
                go({ by: i === 0 ? (name ? [name, ...by.slice(1)] : []) : name ? [by[0] as string, name] : by.slice(0, 1) })
              }
            />
          ))}
          <div className="rfield">
            <span>{t('reportpage.label.period')}</span>
            <PeriodChooser value={a.period ?? {}} bounded={timed} onChange={(period) => go({ period })} />
          </div>
          <div className="rfield">
            <span>{t('reportpage.label.filter')}</span>
            <div className="row wrap">
              <ReportFilter key={subject} fields={fields} value={a.f} onChange={(f) => go({ f })} name={t('reportpage.verb.filter')} />
            </div>
          </div>
          <div className="rfield">
            <span>{t('reportpage.label.kind')}</span>
            <Segmented
              small
              block
              label={t('reportpage.label.kind')}
              value={kind}
              onChange={(chart) => go({ chart })}
              options={kinds.map((k) => ({ value: k, label: t(`reportpage.chart.${k}`) }))}
            />
          </div>
        </form>
        <div className={isPlaceholderData || late !== text ? 'rpage stale' : 'rpage'} aria-live="polite">
          {error ? (
            <Failed error={error} retry={() => void refetch()} />
          ) : !data ? (
            <Lines count={8} />
          ) : by.length > 0 && !data.rows.length ? (
            <Empty icon={ChartColumn} title={t('reportpage.empty.figures')} hint={t('reportpage.empty.figures_hint')} />
          ) : (
            <>
              {by.length > 0 && kind !== 'table' && (
                <section className="card" aria-label={t(`reportpage.chart.${kind}`)}>
                  <Drawing answer={data} kind={kind} label={title} measure={by.length > 1 ? a.measures[0] : undefined} />
                </section>
              )}
              <div className="card">
                <AnswerTable answer={data} label={title} />
                {data.more && <p className="field-help">{t('reportpage.hint.cut')}</p>}
              </div>
            </>
          )}
        </div>
      </div>
      {keeping && (
        <KeepSheet
          ask={asked(a)}
          chart={kind}
          record={keeping.record}
          onClose={() => setKeeping(null)}
          onKept={(kept) => void navigate({ to: '/reports/kept/$id', params: { id: kept.id } })}
        />
      )}
    </Page>
  );
}

function DimChooser({
  label,
  value,
  own,
  theirs,
  subject,
  taken,
  disabled,
  onChange,
}: {
  label: string;
  value: string | undefined;
  own: Dim[];
  theirs: Dim[];
  subject: Subject;
  taken: string | undefined;
  disabled: boolean;
  onChange: (name: string | undefined) => void;
}) {
  const t = useWord();
  const options = (all: Dim[]) =>
    all
      .filter((d) => d.name !== taken)
      .map((d) => (
        <option key={d.name} value={d.name}>
          {d.grain ? t('reportpage.label.grain', { label: d.label, grain: t(`reportpage.grain.${d.grain}`) }) : d.label}
        </option>
      ));
  return (
    <label className="rfield">
      <span>{label}</span>
      <select className="input" value={value ?? ''} disabled={disabled} onChange={(e) => onChange(e.target.value || undefined)}>
        <option value="">{t('reportpage.label.no_dimension')}</option>
        {theirs.length ? (
          <>
            <optgroup label={t(`reportpage.subject.${subject}` as Key)}>{options(own)}</optgroup>
            <optgroup label={t('reportpage.subject.customer')}>{options(theirs)}</optgroup>
          </>
        ) : (
          options(own)
        )}
      </select>
    </label>
  );
}
