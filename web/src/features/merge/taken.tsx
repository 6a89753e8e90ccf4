import { useQuery, useQueryClient } from '@tanstack/react-query';
import { GitMerge } from 'lucide-react';
import { useState } from 'react';
import { post } from '@/api/client';
import { useMay } from '@/api/shared';
import type { CustomerRecord } from '@/api/types';
import { full, relative } from '@/app/dates';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { confirm } from '@/kit/dialog';
import { tell, tellError } from '@/kit/toast';
import { type Merge, mergesQuery } from './data';

/** Whom a customer took in: by which numbers it is found besides its own, and how to part them again. */
export function Merged({ c }: { c: CustomerRecord }) {
  const t = useWord();
  const { data } = useQuery(mergesQuery(c.id));
  const standing = data?.filter((m) => !m.undone_at) ?? [];
  if (!standing.length) return null;
  return (
    <section className="card" aria-label={t('merge.title.taken')}>
      <h2>
        <GitMerge size={14} aria-hidden="true" /> {t('merge.title.taken')}
      </h2>
      <ul className="merged">
        {standing.map((m) => (
          <Line key={m.id} m={m} />
        ))}
      </ul>
    </section>
  );
}

function Line({ m }: { m: Merge }) {
  const t = useWord();
  const may = useMay();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const undo = async () => {
    if (!(await confirm(t('merge.verb.part'), t('merge.hint.part', { name: m.other_name }), t('merge.verb.part')))) return;
    setBusy(true);
    try {
      await post(`/merges/${m.id}/undo`, undefined, m.version);
      await client.invalidateQueries();
      tell(t('merge.state.parted', { name: m.other_name }));
    } catch (e) {
      tellError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <li>
      <div className="mi">
        <b className="cut">{m.other_name}</b>
        <small className="mut tn" title={full(m.at)}>
          {t('merge.label.line', { code: m.other_code, when: relative(m.at), who: m.by_name ?? '—' })}
        </small>
      </div>
      {may('customer.merge') && new Date(m.until) > new Date() && (
        <Button size="sm" busy={busy} onClick={() => void undo()}>
          {t('merge.verb.part')}
        </Button>
      )}
    </li>
  );
}
