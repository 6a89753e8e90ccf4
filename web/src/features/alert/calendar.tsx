import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronLeft, ChevronRight, FileUp } from 'lucide-react';
import { useRef, useState } from 'react';
import { call, post } from '@/api/client';
import { monthName, weekday, weekdayLetter } from '@/app/dates';
import { Page } from '@/app/page';
import { useWord } from '@/app/words';
import { Button, IconButton } from '@/kit/button';
import { Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';
import { type Year, yearQuery } from './data';

/** 工作日历: the year at a glance; a day is worked or not by a click, next year's notice comes as a file. */
export default function CalendarPage() {
  const t = useWord();
  const client = useQueryClient();
  const file = useRef<HTMLInputElement>(null);
  const [asked, setAsked] = useState(0);
  const [busy, setBusy] = useState(false);
  const { data, error, refetch } = useQuery(yearQuery(asked));
  const keep = (y: Year) => {
    void client.invalidateQueries({ queryKey: ['calendar'] });
    setAsked(y.year);
  };
  const toggle = (d: Year['days'][number]) =>
    call<Year>('/calendar', {
      method: 'PATCH',
      body: { days: [d.own ? { date: d.date, reset: true } : { date: d.date, work: !d.work, name: t('alert.label.own_day') }] },
    }).then(keep, tellError);
  const load = async (f: File | undefined) => {
    if (!f) return;
    setBusy(true);
    await post<Year>('/calendar/load', { csv: await f.text() }).then((y) => {
      tell(t('alert.state.loaded', { year: y.year }));
      keep(y);
    }, tellError);
    setBusy(false);
    if (file.current) file.current.value = '';
  };
  const months = data ? Array.from({ length: 12 }, (_, m) => data.days.filter((d) => Number(d.date.slice(5, 7)) === m + 1)) : [];
  return (
    <Page title={t('alert.title.calendar')}>
      <div className="page-b">
        <div className="row wrap">
          <Link to="/admin/alerts" className="btn ghost sm">
            <ChevronLeft size={14} /> {t('alert.title.rules')}
          </Link>
          <span className="sp" />
          {data && (
            <>
              <IconButton label={t('alert.verb.year_before')} onClick={() => setAsked(data.year - 1)}>
                <ChevronLeft size={15} />
              </IconButton>
              <b className="tn">{data.year}</b>
              <IconButton label={t('alert.verb.year_after')} onClick={() => setAsked(data.year + 1)}>
                <ChevronRight size={15} />
              </IconButton>
            </>
          )}
          <input
            ref={file}
            type="file"
            accept=".csv,text/csv"
            hidden
            aria-label={t('alert.verb.load')}
            onChange={(e) => void load(e.target.files?.[0])}
          />
          <Button icon={<FileUp size={14} />} busy={busy} onClick={() => file.current?.click()}>
            {t('alert.verb.load')}
          </Button>
        </div>
        <p className="field-help">{t('alert.hint.calendar')}</p>
        {data && !data.complete && (
          <p className="field-help alert-warn" role="status">
            {t('alert.hint.missing', { years: data.year })}
          </p>
        )}
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : !data ? (
          <Lines count={8} />
        ) : (
          <div className="cal-year">
            {months.map((days) => {
              const first = days[0];
              if (!first) return null;
              return (
                <section key={first.date} className="card">
                  <h2>{monthName(first.date)}</h2>
                  <div className="cal-month">
                    {days.slice(0, 7).map((_, i) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: the seven days of a week
                      <small key={i} className="mut" aria-hidden="true">
                        {weekdayLetter(`2024-01-0${i + 1}`)}
                      </small>
                    ))}
                    {days.map((d, i) => (
                      <button
                        key={d.date}
                        type="button"
                        className={['cal-day', d.work ? '' : 'off', d.name && d.work ? 'made' : '', d.own ? 'own' : ''].join(' ')}
                        style={i ? undefined : { gridColumnStart: weekday(d.date) }}
                        aria-pressed={d.work}
                        aria-label={t(d.work ? 'alert.label.worked' : 'alert.label.off', { day: d.date, name: d.name ?? '' })}
                        title={d.name ?? undefined}
                        onClick={() => void toggle(d)}
                      >
                        {Number(d.date.slice(8))}
                      </button>
                    ))}
                  </div>
                </section>
              );
            })}
          </div>
        )}
      </div>
    </Page>
  );
}
