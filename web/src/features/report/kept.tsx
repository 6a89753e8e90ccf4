import '@/styles/report.css';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ChartColumn, ChevronRight, Pencil, Trash2 } from 'lucide-react';
import { remove } from '@/api/client';
import type { SavedReport } from '@/api/types';
import { Page } from '@/app/page';
import { usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { Button, IconButton } from '@/kit/button';
import { confirm } from '@/kit/dialog';
import { Empty, Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';
import { AnswerTable, Drawing } from './chart';
import { askQuery, keptQuery } from './data';
import { GiveOut } from './out';
import { opened } from './search';

const route = getRouteApi('/app/reports/kept/$id');

/** A report that somebody kept, as its viewer may see it today. */
export default function Kept() {
  const { id } = route.useParams();
  const { data, error, refetch } = useQuery(keptQuery(id));
  if (error) return <Failed error={error} retry={() => void refetch()} alone />;
  if (!data)
    return (
      <div className="page-b">
        <Lines count={8} />
      </div>
    );
  return <One key={`${data.id}/${data.version}`} report={data} />;
}

function One({ report }: { report: SavedReport }) {
  const t = useWord();
  const phone = usePhone();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(askQuery(report.ask));
  const drop = async () => {
    if (!(await confirm(t('reportpage.ask.drop', { name: report.name }), t('reportpage.ask.drop_text'), t('app.verb.delete')))) return;
    try {
      await remove(`/reports/${report.id}`, report.version);
      await client.invalidateQueries({ queryKey: ['reports'] });
      tell(t('reportpage.state.dropped'));
      void navigate({ to: '/reports' });
    } catch (e) {
      tellError(e);
    }
  };
  const edit = () => void navigate({ to: '/reports/new', search: { ask: opened(report), saved: report.id } });
  return (
    <Page
      title={
        <span className="rcrumb">
          <Link to="/reports">{t('reportpage.title.reports')}</Link>
          <ChevronRight size={16} />
          {report.name}
        </span>
      }
      sub={!phone && data?.from && data.to ? `${data.from} – ${data.to}` : undefined}
      actions={
        <>
          {report.may_change && (
            <IconButton label={t('app.verb.delete')} onClick={() => void drop()}>
              <Trash2 size={16} />
            </IconButton>
          )}
          <GiveOut query={{ saved: report.id }} what={{ saved: report.id }} name={report.name} />
          <Button icon={<Pencil size={15} />} aria-label={t(report.may_change ? 'app.verb.edit' : 'reportpage.verb.copy')} onClick={edit}>
            {phone ? null : t(report.may_change ? 'app.verb.edit' : 'reportpage.verb.copy')}
          </Button>
        </>
      }
    >
      <div className="page-b rpage">
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : !data ? (
          <Lines count={8} />
        ) : data.by.length > 0 && !data.rows.length ? (
          <Empty icon={ChartColumn} title={t('reportpage.empty.figures')} hint={t('reportpage.empty.figures_hint')} />
        ) : (
          <>
            {data.by.length > 0 && report.chart !== 'table' && (
              <section className="card" aria-label={t('reportpage.view.chart')}>
                <Drawing answer={data} kind={report.chart} label={report.name} measure={measureOf(report)} />
              </section>
            )}
            <div className="card">
              <AnswerTable answer={data} label={report.name} />
              {data.more && <p className="field-help">{t('reportpage.hint.cut')}</p>}
            </div>
          </>
        )}
      </div>
    </Page>
  );
}

/** Two dimensions show one measure: the first. */
export const measureOf = (report: Pick<SavedReport, 'ask'>) => ((report.ask.by?.length ?? 0) > 1 ? report.ask.measures[0] : undefined);
