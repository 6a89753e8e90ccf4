import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { FileSpreadsheet, FileUp } from 'lucide-react';
import { useState } from 'react';
import { full } from '@/app/dates';
import { count as digits } from '@/app/numbers';
import { Page } from '@/app/page';
import { useWord, wordOr } from '@/app/words';
import { Button } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { Empty, Failed, Lines } from '@/kit/states';
import { PhonePager } from '@/kit/table';
import { importsQuery, type Line } from './data';

const TONES: Record<string, string> = {
  done: 'green',
  partly: 'amber',
  failed: 'red',
  cancelled: 'gray',
  undone: 'gray',
  new: 'blue',
  checked: 'blue',
};

/** One's own imports, the newest first. */
export default function Imports() {
  const t = useWord();
  const navigate = useNavigate();
  const [cursor, setCursor] = useState<string | undefined>();
  const { data, error, refetch } = useQuery(importsQuery(cursor));
  const begin = (
    <Button look="primary" icon={<FileUp size={15} />} onClick={() => void navigate({ to: '/imports/new' })}>
      {t('import.verb.new')}
    </Button>
  );
  return (
    <Page title={t('import.title.list')} actions={begin}>
      <div className="page-b">
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : !data ? (
          <Lines count={6} />
        ) : !data.items.length ? (
          <Empty icon={FileSpreadsheet} title={t('import.empty.list')} hint={t('import.empty.list_hint')}>
            {begin}
          </Empty>
        ) : (
          <ul className="rows high">
            {data.items.map((i) => (
              <li key={i.id}>
                <button type="button" className="rowlink sp" onClick={() => void navigate({ to: '/imports/$id', params: { id: i.id } })}>
                  <b className="cut">{i.name}</b>
                  <small className="cut">
                    {full(i.created_at ?? '')} · {wordOr(`import.target.${i.target}`, i.target)} · {told(i, t)}
                  </small>
                </button>
                <Chip tone={TONES[i.state] ?? 'blue'}>{wordOr(`import.state.${i.state}`, i.state)}</Chip>
              </li>
            ))}
          </ul>
        )}
        <PhonePager next={data?.next} prev={data?.prev} onGo={(c) => setCursor(c)} />
      </div>
    </Page>
  );
}

const told = (i: Line, t: ReturnType<typeof useWord>) =>
  i.rows
    ? t('import.result.counts', { in: digits(i.good + i.drafts), bad: digits(i.bad), same: digits(i.duplicates) })
    : t('import.state.not_checked');
