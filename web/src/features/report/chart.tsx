import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import type { Answer } from '@/api/types';
import { count } from '@/app/numbers';
import { useWord } from '@/app/words';
import { Skel } from '@/kit/chips';
import { type Cell, lead, type Plan, parted, plan, say, slices } from './figures';
import { Behind, FigureLink, useListOf } from './open';
import { tone } from './tones';

const Plot = lazy(() => import('./plot'));

function usePick(subject: string) {
  const navigate = useNavigate();
  const listOf = useListOf();
  return (cell: Cell) => {
    const at = listOf(subject, cell.figure, cell.name);
    if (at) void navigate({ to: at.to as '/', search: at.search as never });
  };
}

function Legend({ plan: p }: { plan: Plan }) {
  if (p.series.length < 2) return null;
  return (
    <ul className="plot-legend">
      {p.series.map((s, i) => (
        <li key={s.name}>
          <i className={s.as === 'line' ? 'thin' : undefined} style={{ background: tone(i) }} />
          {s.name}
        </li>
      ))}
    </ul>
  );
}

/** Bars or lines over an axis. */
export function Axes({
  answer,
  plan: p,
  label,
  height = 300,
  last,
}: {
  answer: Answer;
  plan: Plan;
  label: string;
  height?: number;
  last?: boolean;
}) {
  const t = useWord();
  const pick = usePick(answer.subject);
  const what = useMemo(() => ({ bars: p }), [p]);
  return (
    <div>
      <Legend plan={p} />
      <Suspense fallback={<Skel h={height} r={8} />}>
        <Plot what={what} unit={p.unit} height={height} label={label} last={last} onPick={pick} />
      </Suspense>
      {p.more && <p className="field-help">{t('reportpage.hint.more')}</p>}
    </div>
  );
}

/** A ring, and its parts as links beside it. */
export function Ring({ answer, measure, label }: { answer: Answer; measure?: string; label: string }) {
  const t = useWord();
  const pick = usePick(answer.subject);
  const at = lead(answer, measure);
  const column = answer.columns[at];
  const parts = useMemo(() => slices(answer, measure), [answer, measure]);
  const total = answer.total[at]?.value ?? null;
  const what = useMemo(() => ({ ring: parts }), [parts]);
  if (!column) return null;
  return (
    <div className="ring">
      <div className="ring-c">
        <Suspense fallback={<Skel w={180} h={180} r={90} />}>
          <Plot what={what} unit={column.unit} height={180} label={label} onPick={pick} />
        </Suspense>
        <div>
          <b className="tn">{column.unit === 'count' ? count(total ?? 0) : say(column.unit, total, true)}</b>
          <small>{column.label}</small>
        </div>
      </div>
      <ul>
        {parts.map((s, i) => (
          <li key={s.label}>
            <i style={{ background: tone(i) }} />
            <Behind subject={answer.subject} figure={s.figure} name={s.name} className="cut">
              {s.label}
            </Behind>
            <span className="tn mut">{say('percent', s.share)}</span>
          </li>
        ))}
        {!parts.length && <li className="mut">{t('reportpage.empty.figures')}</li>}
      </ul>
    </div>
  );
}

/** The rows of any report as steps: each with what it is of the step before. */
function Steps({ answer, measure }: { answer: Answer; measure?: string }) {
  const at = lead(answer, measure);
  const column = answer.columns[at];
  const value = (i: number) => answer.rows[i]?.figures[at]?.value ?? 0;
  const rows = answer.rows.slice(0, MOST_STEPS);
  const most = Math.max(1, ...rows.map((_, i) => value(i)));
  return (
    <ol className="funnel wide">
      {rows.map((r, i) => {
        const label = r.keys[0]?.label ?? '';
        return (
          <li key={r.keys[0]?.value}>
            <span className="cut">{label}</span>
            <span className="funnel-bar">
              <i style={{ width: `${(Math.max(0, value(i)) * 100) / most}%`, opacity: Math.max(0.3, 1 - i * 0.11) }} />
            </span>
            <FigureLink
              subject={answer.subject}
              figure={r.figures[at]}
              name={`${label} · ${column?.label}`}
              unit={column?.unit ?? 'count'}
            />
            <small className="tn mut">{i && value(i - 1) > 0 ? say('percent', Math.round((value(i) * 10_000) / value(i - 1))) : ''}</small>
          </li>
        );
      })}
    </ol>
  );
}
const MOST_STEPS = 12;

/** Who came into each stage, and how many of them went on to the next. */
export function Funnel({ answer, wide, measure }: { answer: Answer; wide?: boolean; measure?: string }) {
  const t = useWord();
  if (!answer.columns.some((c) => c.name === 'entered')) return <Steps answer={answer} measure={measure} />;
  const column = (name: string) => answer.columns.findIndex((c) => c.name === name);
  const [entered, conversion, toDeal, days] = ['entered', 'conversion', 'to_deal', 'median_days'].map(column) as [
    number,
    number,
    number,
    number,
  ];
  const most = Math.max(1, ...answer.rows.map((r) => r.figures[entered]?.value ?? 0));
  return (
    <ol className={wide ? 'funnel wide' : 'funnel'}>
      {answer.rows.map((r, i) => {
        const of = r.figures[entered];
        const label = r.keys[0]?.label ?? '';
        const said = [
          t('reportpage.funnel.conversion', { n: say('percent', r.figures[conversion]?.value) }),
          t('reportpage.funnel.deal', { n: say('percent', r.figures[toDeal]?.value) }),
          t('reportpage.funnel.days', { n: say('days', r.figures[days]?.value) }),
        ];
        return (
          <li key={r.keys[0]?.value} title={said.join(' · ')}>
            <span className="cut">{label}</span>
            <span className="funnel-bar">
              <i style={{ width: `${((of?.value ?? 0) * 100) / most}%`, opacity: 1 - i * 0.11 }} />
            </span>
            <FigureLink subject={answer.subject} figure={of} name={`${label} · ${answer.columns[entered]?.label}`} unit="count" />
            <small className="tn mut">{say('percent', r.figures[conversion]?.value)}</small>
            {wide && <small className="tn mut not-phone">{said[2]}</small>}
          </li>
        );
      })}
    </ol>
  );
}

/** All figures of an answer; each opens the list behind it. */
export function AnswerTable({ answer, label }: { answer: Answer; label: string }) {
  const t = useWord();
  const summed = answer.total.some((f) => f.value !== null) && answer.rows.length > 1;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <section className="rtable" tabIndex={0} aria-label={t('reportpage.label.table', { name: label })}>
      <table>
        <thead>
          <tr>
            {answer.by.map((b) => (
              <th key={b.name} scope="col">
                {b.label}
              </th>
            ))}
            {answer.columns.map((c) => (
              <th key={c.name} scope="col" className="num">
                {c.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {answer.rows.map((r) => (
            <tr key={r.keys.map((k) => k.value).join('/')}>
              {r.keys.map((k, i) => (
                <td key={answer.by[i]?.name}>{k.label}</td>
              ))}
              {answer.columns.map((c, i) => (
                <td key={c.name} className="num">
                  <FigureLink
                    subject={answer.subject}
                    figure={r.figures[i]}
                    name={[...r.keys.map((k) => k.label), c.label].join(' · ')}
                    unit={c.unit}
                  />
                </td>
              ))}
            </tr>
          ))}
          {(summed || (!answer.by.length && answer.total.length > 0)) && (
            <tr className="sum">
              {answer.by.length > 0 && <td colSpan={answer.by.length}>{t('reportpage.label.total')}</td>}
              {answer.columns.map((c, i) => (
                <td key={c.name} className="num">
                  <FigureLink
                    subject={answer.subject}
                    figure={answer.total[i]}
                    name={`${t('reportpage.label.total')} · ${c.label}`}
                    unit={c.unit}
                  />
                </td>
              ))}
            </tr>
          )}
        </tbody>
      </table>
    </section>
  );
}

/** Draws an answer the way its report says. */
export function Drawing({ answer, kind, measure, label }: { answer: Answer; kind: string; measure?: string; label: string }) {
  const way = kind === 'pie' && !parted(answer, measure) ? 'bar' : kind;
  const drawn = useMemo(() => (way === 'bar' || way === 'line' ? plan(answer, way, measure) : null), [answer, way, measure]);
  if (!answer.rows.length || kind === 'table') return null;
  if (kind === 'funnel') return <Funnel answer={answer} wide measure={measure} />;
  if (way === 'pie') return <Ring answer={answer} measure={measure} label={label} />;
  return drawn && <Axes answer={answer} plan={drawn} label={label} />;
}
