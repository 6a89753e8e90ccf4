import '@/styles/report.css';
import '@/styles/review.css';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { CheckCheck, ChevronLeft, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { post } from '@/api/client';
import { full } from '@/app/dates';
import { useWord } from '@/app/words';
import { say } from '@/features/report/figures';
import { FigureLink } from '@/features/report/open';
import { Button } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { confirm } from '@/kit/dialog';
import { Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';
import { Comments } from './comments';
import { type Line, type ReviewPage, reviewQuery, type Section, useReviewsChanged } from './data';
import { Rows } from './rows';

const route = getRouteApi('/app/reviews/$id');

/** One review: what came of the period, what was left undone, what is said about it. */
export default function ReviewScreen() {
  const t = useWord();
  const { id } = route.useParams();
  const changed = useReviewsChanged();
  const [busy, setBusy] = useState(false);
  const { data: r, error, refetch } = useQuery(reviewQuery(id));
  if (error && !r) return <Failed alone error={error} retry={() => void refetch()} />;
  if (!r)
    return (
      <div className="page">
        <Lines count={10} />
      </div>
    );
  const close = async () => {
    if (!(await confirm(t('review.ask.close'), t('review.ask.close_text'), t('review.verb.close')))) return;
    setBusy(true);
    try {
      await post(`/reviews/${r.id}/close`, undefined, r.version);
      tell(t('review.state.done'));
    } catch (e) {
      tellError(e);
    }
    setBusy(false);
    changed();
  };
  return (
    <div className="page">
      <nav className="crumb seg-crumb" aria-label={t('customer.label.crumb')}>
        <Link to="/reviews">
          <ChevronLeft size={15} />
          {t('review.title.reviews')}
        </Link>
      </nav>
      <header className="page-h rev-h">
        <h1>{r.department_name}</h1>
        <span className="tx2 tn">
          {r.from} – {r.to}
        </span>
        <Chip tone={r.state === 'open' ? 'amber' : 'green'} dot>
          {t(`review.state.${r.state}`)}
        </Chip>
        <span className="sp" />
        {r.may_change && r.state === 'open' && (
          <Button look="primary" icon={<CheckCheck size={15} />} busy={busy} onClick={() => void close()}>
            {t('review.verb.close')}
          </Button>
        )}
      </header>
      <div className="page-b col rev-page">
        <p className="mut row wrap">
          {r.every && <span>{t(`review.every.${r.every as 'weekly'}`)}</span>}
          {r.leader_name && <span>{t('review.label.leader', { name: r.leader_name })}</span>}
          <span className="tn">{t('review.label.ticked', { count: r.reviewed })}</span>
          {r.closed_at && <span className="tn">{t('review.label.closed', { name: r.closed_by ?? '', at: full(r.closed_at) })}</span>}
        </p>
        {r.state === 'closed' && <p className="field-help">{t(r.may_change ? 'review.hint.kept' : 'review.hint.kept_mine')}</p>}
        <div className="rev-grid">
          {r.sections.map((s) => (
            <Part key={s.code} s={s} r={r} />
          ))}
        </div>
        <section className="card" aria-label={t('review.title.comments')}>
          <h2>{t('review.title.comments')}</h2>
          <Comments id={r.id} open={r.state === 'open'} />
        </section>
      </div>
    </div>
  );
}

function Part({ s, r }: { s: Section; r: ReviewPage }) {
  const t = useWord();
  const [open, setOpen] = useState<string | null>(null);
  const closed = r.state === 'closed';
  const title = t(`review.section.${s.code}`);
  return (
    <section className="card rev-part" aria-label={title}>
      <h2>{title}</h2>
      <p className="field-help">{t(`review.about.${s.code}`)}</p>
      {!s.lines.length ? (
        <p className="mut">{t('review.empty.section')}</p>
      ) : (
        <>
          <div className="rev-scroll">
            <table className="rev-table">
              <thead>
                <tr>
                  <th scope="col">{t(`review.by.${s.code}`)}</th>
                  {closed && <th scope="col">{t('review.label.then')}</th>}
                  {s.columns.map((c, i) => (
                    <th key={c.name} scope="col">
                      {closed && i === 0 ? t('review.label.now') : c.label}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {s.lines.map((l) => (
                  <One
                    key={l.key}
                    l={l}
                    s={s}
                    title={title}
                    closed={closed}
                    open={open === l.key}
                    onOpen={() => setOpen(open === l.key ? null : l.key)}
                  />
                ))}
              </tbody>
              {s.total && s.lines.length > 1 && (
                <tfoot>
                  <Figures l={s.total} s={s} title={title} closed={closed} head={t('review.label.total')} />
                </tfoot>
              )}
            </table>
          </div>
          {open !== null && <Rows key={open} r={r} section={s.code} item={open} label={s.lines.find((l) => l.key === open)?.label ?? ''} />}
        </>
      )}
    </section>
  );
}

function One({
  l,
  s,
  title,
  closed,
  open,
  onOpen,
}: {
  l: Line;
  s: Section;
  title: string;
  closed: boolean;
  open: boolean;
  onOpen: () => void;
}) {
  return (
    <Figures
      l={l}
      s={s}
      title={`${title} · ${l.label}`}
      closed={closed}
      head={
        <button type="button" className="link plain rev-open" aria-expanded={open} onClick={onOpen}>
          <ChevronRight size={13} aria-hidden="true" />
          {l.label}
        </button>
      }
    />
  );
}

function Figures({ l, s, title, closed, head }: { l: Line; s: Section; title: string; closed: boolean; head: React.ReactNode }) {
  return (
    <tr>
      <th scope="row">{head}</th>
      {closed && <td className="tn strong">{say(s.columns[0]?.unit ?? 'count', l.kept?.[0])}</td>}
      {s.columns.map((c, i) => (
        <td key={c.name}>
          <FigureLink subject={s.subject} figure={l.figures[i]} name={title} unit={c.unit} />
        </td>
      ))}
    </tr>
  );
}
