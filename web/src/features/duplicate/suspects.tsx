import '@/styles/duplicate.css';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { CopyCheck, EyeOff } from 'lucide-react';
import { useState } from 'react';
import { post } from '@/api/client';
import { useMay } from '@/api/shared';
import { full, relative } from '@/app/dates';
import { Page } from '@/app/page';
import { useWord, wordOr } from '@/app/words';
import { Button, Tabs } from '@/kit/button';
import { Avatar, Chip } from '@/kit/chips';
import { ask } from '@/kit/dialog';
import { FormField, Input } from '@/kit/inputs';
import { Empty, Failed, Lines } from '@/kit/states';
import { tell, tellError, tellUndo } from '@/kit/toast';
import { type Pair as Suspect, suspectsQuery } from './data';
import { Holder } from './hint';

const route = getRouteApi('/app/suspects');

/** Pairs that may be one customer, for those who may say that they are not. */
export default function Suspects() {
  const t = useWord();
  const navigate = useNavigate();
  const s = route.useSearch();
  const state = s.state ?? 'open';
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(suspectsQuery(state, s.customer));
  const pairs = data?.pages.flatMap((p) => p.items);
  return (
    <Page narrow title={t('duplicate.title.suspects')}>
      <div className="list-tabs">
        <Tabs
          label={t('duplicate.title.suspects')}
          value={state}
          options={(['open', 'apart'] as const).map((v) => ({ value: v, label: t(`duplicate.view.${v}`) }))}
          onChange={(v) => void navigate({ to: '/suspects', search: { ...s, state: v === 'open' ? undefined : v } })}
        />
      </div>
      <div className="page-b" style={{ paddingTop: 12 }}>
        {s.customer && (
          <p className="row wrap onlyone">
            <span className="mut">{t('duplicate.label.one_customer')}</span>
            <Link to="/suspects" search={{ state: s.state }} className="link">
              {t('duplicate.verb.all')}
            </Link>
          </p>
        )}
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : !pairs ? (
          <Lines count={5} height={96} />
        ) : !pairs.length ? (
          <Empty
            icon={CopyCheck}
            title={t(state === 'open' ? 'duplicate.empty.open' : 'duplicate.empty.apart')}
            hint={t(state === 'open' ? 'duplicate.empty.open_hint' : 'duplicate.empty.apart_hint')}
          />
        ) : (
          <>
            <ul className="pairs">
              {pairs.map((p) => (
                <Pair key={p.id} pair={p} />
              ))}
            </ul>
            {hasNextPage && (
              <div className="row pages">
                <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                  {t('app.verb.load_more')}
                </Button>
              </div>
            )}
          </>
        )}
      </div>
    </Page>
  );
}

function Pair({ pair }: { pair: Suspect }) {
  const t = useWord();
  const may = useMay();
  const client = useQueryClient();
  const [gone, setGone] = useState(false);
  const refresh = () => client.invalidateQueries({ queryKey: ['suspects'] });
  const reopen = async (version: number) => {
    try {
      await post(`/suspects/${pair.id}/reopen`, undefined, version);
      await refresh();
      setGone(false);
      tell(t('duplicate.state.reopened'));
    } catch (e) {
      tellError(e);
    }
  };
  const apart = async () => {
    const reason = await ask<string>({
      title: t('duplicate.verb.apart'),
      text: t('duplicate.hint.apart'),
      value: '',
      form: (value, set) => (
        <FormField label={t('duplicate.field.reason')} optional>
          {(id) => <Input id={id} value={value ?? ''} onChange={set} maxLength={200} placeholder={t('duplicate.hint.reason')} />}
        </FormField>
      ),
    });
    if (reason === null) return;
    setGone(true);
    try {
      const decided = await post<Suspect>(`/suspects/${pair.id}/keep-apart`, { reason: reason.trim() || undefined }, pair.version);
      void refresh();
      tellUndo(t('duplicate.state.apart'), () => void reopen(decided.version));
    } catch (e) {
      setGone(false);
      tellError(e);
    }
  };
  if (gone) return null;
  const other = pair.other;
  return (
    <li>
      <div className="pair-sides">
        <article>
          <Avatar name={pair.customer_name} size={32} square />
          <div className="mi">
            <Link to="/customers/$id" params={{ id: pair.customer_id }} className="cut link plain">
              <b>{pair.customer_name}</b>
            </Link>
            <small className="tn">{pair.customer_code}</small>
          </div>
        </article>
        <article>
          {other.name ? (
            <Avatar name={other.name} size={32} square />
          ) : (
            <span className="unseen">
              <EyeOff size={16} />
            </span>
          )}
          <div className="mi">
            {other.id && other.name ? (
              <Link to="/customers/$id" params={{ id: other.id }} className="cut link plain">
                <b>{other.name}</b>
              </Link>
            ) : (
              <b className="mut">{t('duplicate.label.hidden')}</b>
            )}
            <small>
              <Holder match={other} named={false} />
            </small>
          </div>
        </article>
      </div>
      <footer className="row wrap">
        {pair.why.map((w) => (
          <Chip key={w} tone="amber">
            {wordOr(`duplicate.why.${w}`, w)}
          </Chip>
        ))}
        <small className="tn" title={full(pair.created_at)}>
          {pair.decided_at
            ? t('duplicate.label.decided', { who: pair.decided_by_name ?? '—', when: relative(pair.decided_at) })
            : t('duplicate.label.noticed', { when: relative(pair.created_at) })}
          {pair.reason && ` · ${pair.reason}`}
        </small>
        <span className="sp" />
        {pair.state === 'open' && other.id && other.name && may('customer.merge') && (
          <Link className="btn sm" to="/customers/$id/merge" params={{ id: pair.customer_id }} search={{ other: other.id }}>
            {t('merge.verb.merge')}
          </Link>
        )}
        {pair.may_decide &&
          (pair.state === 'open' ? (
            <Button size="sm" onClick={() => void apart()}>
              {t('duplicate.verb.apart')}
            </Button>
          ) : (
            <Button size="sm" look="ghost" onClick={() => void reopen(pair.version)}>
              {t('duplicate.verb.reopen')}
            </Button>
          ))}
      </footer>
    </li>
  );
}
