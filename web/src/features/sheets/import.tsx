import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Download, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { full } from '@/app/dates';
import { count as digits } from '@/app/numbers';
import { Page } from '@/app/page';
import { usePhone } from '@/app/ui';
import { useWord, wordOr } from '@/app/words';
import { Button } from '@/kit/button';
import { confirm } from '@/kit/dialog';
import { Failed, Lines } from '@/kit/states';
import { tellError } from '@/kit/toast';
import { type Import, isBusy, useActs, useImport } from './data';
import { Match } from './match';
import { Rows } from './rows';
import { Progress, Steps } from './steps';

const route = getRouteApi('/app/imports/$id');

/** One import, from the columns to the result; where it stands is the server's to say, so a reload loses nothing. */
export default function ImportPage() {
  const t = useWord();
  const { id } = route.useParams();
  const { data: i, error, refetch } = useImport(id);
  const phone = usePhone();
  const [replan, setReplan] = useState(false);
  const matching =
    i && (i.state === 'new' || (i.state === 'failed' && !i.run_at) || (i.state === 'checked' && !i.run_at && (replan || !i.checked)));
  return (
    <Page
      title={i?.name ?? t('import.title.new')}
      sub={!phone && i && t(`import.target.${i.target as 'customer'}`)}
      actions={
        <Link className="btn" to="/imports">
          {t('import.title.list')}
        </Link>
      }
    >
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !i ? (
        <div className="page-b">
          <Lines count={8} />
        </div>
      ) : (
        <>
          <div className="page-b tight">
            <Steps at={matching ? 'match' : i.run_at ? 'run' : 'check'} />
            {i.failure && (
              <p className="notice bad" role="alert">
                {i.failure.message}
              </p>
            )}
          </div>
          {matching ? <Match i={i} onChecked={() => setReplan(false)} /> : <Result i={i} onReplan={() => setReplan(true)} />}
        </>
      )}
    </Page>
  );
}

const FILTERS = ['bad', 'draft', 'duplicate', 'good', 'all'] as const;

function Result({ i, onReplan }: { i: Import; onReplan: () => void }) {
  const t = useWord();
  const navigate = useNavigate();
  const acts = useActs(i.id);
  const [chosen, setChosen] = useState<(typeof FILTERS)[number] | null>(null);
  const counts = { bad: i.bad, draft: i.drafts, duplicate: i.duplicates, good: i.good, all: i.rows };
  const shown = chosen ?? (i.bad ? 'bad' : i.drafts ? 'draft' : i.duplicates ? 'duplicate' : 'all');
  const safely = (p: Promise<unknown>) => void p.catch(tellError);
  const undo = async () => {
    if (await confirm(t('import.verb.undo'), t('import.hint.undo_all', { n: digits(i.good + i.drafts) }), t('import.verb.undo')))
      safely(acts.act('undo'));
  };
  if (isBusy(i.state))
    return (
      <div className="page-b form">
        <p>
          <b>{wordOr(`import.state.${i.state}`, i.state)}</b> <span className="mut tn">{i.progress}%</span>
        </p>
        <Progress percent={i.progress} label={wordOr(`import.state.${i.state}`, i.state)} />
        <p className="mut">{t('import.hint.leave')}</p>
        {i.state !== 'undoing' && (
          <div className="row">
            <Button onClick={() => safely(acts.act('cancel'))}>{t('app.verb.cancel')}</Button>
          </div>
        )}
      </div>
    );
  const fresh = !i.run_at;
  const ready = i.good + i.drafts + (i.plan.duplicates === 'update' ? i.duplicates : 0);
  return (
    <div className="page-b form wide">
      {i.state === 'undone' ? (
        <Undone i={i} />
      ) : (
        <p className={i.bad ? 'notice warn' : 'notice ok'} role="status">
          {fresh
            ? [
                t('import.result.checked', { ready: digits(ready) }),
                i.duplicates > 0 && i.plan.duplicates === 'skip' && t('import.result.held', { same: digits(i.duplicates) }),
                i.bad > 0 && t('import.result.faulty', { bad: digits(i.bad) }),
              ]
                .filter(Boolean)
                .join(' ')
            : t(i.state === 'cancelled' ? 'import.result.cancelled' : 'import.result.in', {
                in: digits(i.good + i.drafts),
                bad: digits(i.bad),
                same: digits(i.duplicates),
              })}
        </p>
      )}
      <div className="row wrap">
        {i.state !== 'undone' && (fresh || i.state === 'partly' || i.state === 'cancelled') && (
          <Button look="primary" disabled={fresh && ready === 0} onClick={() => safely(acts.act('run'))}>
            {fresh ? t('import.verb.run', { n: digits(ready) }) : t('import.verb.run_again')}
          </Button>
        )}
        {fresh && <Button onClick={onReplan}>{t('import.verb.replan')}</Button>}
        {i.bad > 0 && (
          <a className="btn" href={`/api/v1/imports/${i.id}/marked`} download>
            <Download size={15} />
            {t('import.verb.marked')}
          </a>
        )}
        {!fresh && i.target === 'customer' && i.state !== 'undone' && (
          <Button onClick={() => void navigate({ to: '/customers', search: { sort: '-created_at' } })}>{t('import.verb.look')}</Button>
        )}
        <span className="sp" />
        {i.undo_until && (
          <Button
            icon={<Undo2 size={15} />}
            danger
            onClick={() => void undo()}
            title={t('import.hint.undo_until', { at: full(i.undo_until) })}
          >
            {t('import.verb.undo')}
          </Button>
        )}
      </div>
      {i.state !== 'undone' && (
        <>
          <fieldset className="chips bare" aria-label={t('import.label.rows')}>
            {FILTERS.map((f) => (
              <button
                key={f}
                type="button"
                className={f === shown ? 'pill on' : 'pill'}
                aria-pressed={f === shown}
                onClick={() => setChosen(f)}
              >
                {t(`import.filter.${f}`)} <span className="tn">{digits(counts[f])}</span>
              </button>
            ))}
          </fieldset>
          <Rows i={i} state={shown} />
        </>
      )}
    </div>
  );
}

function Undone({ i }: { i: Import }) {
  const t = useWord();
  return (
    <>
      <p className="notice ok" role="status">
        {t('import.result.undone')}
      </p>
      {(i.kept?.length ?? 0) > 0 && (
        <section className="card">
          <h2>{t('import.label.kept', { n: i.kept?.length ?? 0 })}</h2>
          <ul className="rows">
            {i.kept?.map((k) => (
              <li key={k.kind + k.id + (k.field ?? '')}>
                <span className="sp">
                  {t('import.label.row')} {k.row} · {wordOr(`import.kept.${k.code}`, k.code)} {k.by ? `· ${k.by}` : ''}{' '}
                  {k.at ? `· ${full(new Date(k.at).toISOString())}` : ''}
                </span>
                {k.kind === 'customer' && k.code !== 'gone' && (
                  <Link to="/customers/$id" params={{ id: k.id }}>
                    {t('import.verb.open')}
                  </Link>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
