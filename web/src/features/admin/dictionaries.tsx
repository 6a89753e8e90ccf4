import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { MessageSquareQuote, Plus } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { dictionariesQuery } from '@/api/shared';
import { Page } from '@/app/page';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { Failed, Lines } from '@/kit/states';
import { inOrder, useWords, WordLine } from './word';

const PhraseSheet = lazy(() => import('@/features/phrase/sheet'));

const route = getRouteApi('/app/admin/dictionaries');

export default function Dictionaries() {
  const t = useWord();
  const { data, error, refetch } = useQuery(dictionariesQuery());
  const search = route.useSearch();
  const [code, setCode] = useState<string | null>(search.code ?? null);
  const current = data?.find((d) => d.code === code) ?? data?.[0];
  // the list is long, and whoever comes from a field looks for his own
  useEffect(() => {
    if (data && search.code) document.querySelector('.split .treeitem.on')?.scrollIntoView({ block: 'nearest' });
  }, [data, search.code]);
  const act = useWords();
  const [phrases, setPhrases] = useState(false);
  return (
    <Page
      flush
      title={t('app.nav.dictionaries')}
      actions={
        current && (
          <>
            <Button icon={<MessageSquareQuote size={15} />} onClick={() => setPhrases(true)}>
              {t('phrase.title.phrases')}
            </Button>
            <Button look="primary" icon={<Plus size={15} />} onClick={() => void act.edit(current)}>
              {t('dictionary.verb.add')}
            </Button>
          </>
        )
      }
    >
      {phrases && (
        <Suspense fallback={null}>
          <PhraseSheet company onClose={() => setPhrases(false)} />
        </Suspense>
      )}
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !data || !current ? (
        <div className="page-b">
          <Lines count={8} />
        </div>
      ) : (
        <div className="split">
          <aside aria-label={t('app.nav.dictionaries')}>
            <select
              className="input only-phone"
              aria-label={t('app.nav.dictionaries')}
              value={current.code}
              onChange={(e) => setCode(e.target.value)}
            >
              {data.map((d) => (
                <option key={d.code} value={d.code}>
                  {d.name}
                </option>
              ))}
            </select>
            {data.map((d) => (
              <button
                key={d.code}
                type="button"
                className={`treeitem not-phone${d.code === current.code ? ' on' : ''}`}
                onClick={() => setCode(d.code)}
              >
                <span className="sp cut">{d.name}</span>
                <small className="tn">{d.values.length}</small>
              </button>
            ))}
          </aside>
          <div style={{ padding: '8px 20px 32px' }}>
            {current.fixed && (
              <p className="field-help" style={{ padding: '6px 0' }}>
                {t('dictionary.hint.fixed')}
              </p>
            )}
            <ul className="rows">
              {inOrder(current).map((v) => (
                <WordLine key={v.code} d={current} v={v} act={act} />
              ))}
            </ul>
          </div>
        </div>
      )}
    </Page>
  );
}
