import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check, Handshake, X } from 'lucide-react';
import { post } from '@/api/client';
import type { PromiseItem } from '@/api/types';
import { useWord } from '@/app/words';
import { IconButton } from '@/kit/button';
import { Avatar, Chip } from '@/kit/chips';
import { Empty, Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';
import { When } from '@/kit/value';
import { type Due, promisesQuery } from './data';

/** 承诺: ours and theirs, kept or broken at one tap. */
export function PromiseList({ due, compact }: { due: Due; compact?: boolean }) {
  const t = useWord();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(promisesQuery(due));
  const settle = useMutation({
    mutationFn: ({ p, kept }: { p: PromiseItem; kept: boolean }) => post(`/promises/${p.id}/settle`, { kept }),
    onSuccess: (_r, { p, kept }) => {
      for (const queryKey of [['promises'], ['home'], ['timeline', p.customer_id]]) void client.invalidateQueries({ queryKey });
      tell(t(kept ? 'followup.state.kept' : 'followup.state.broken'));
    },
    onError: tellError,
  });
  if (error) return <Failed error={error} retry={() => void refetch()} small />;
  if (!data) return <Lines count={compact ? 2 : 5} height={52} />;
  const open = data.filter((p) => p.kept === null || p.kept === undefined).sort((a, b) => (a.due_on ?? '9').localeCompare(b.due_on ?? '9'));
  if (!open.length)
    return compact ? (
      <p className="field-help">{t('followup.empty.promises_week')}</p>
    ) : (
      <Empty icon={Handshake} title={t('followup.empty.promises')} hint={t('followup.empty.promises_hint')} />
    );
  return (
    <ul className="rows">
      {open.map((p) => (
        <li key={p.id}>
          <Chip tone={p.by === 'us' ? 'blue' : 'violet'}>{t(p.by === 'us' ? 'followup.label.us' : 'followup.label.customer')}</Chip>
          <div className="sp cut">
            <b className="cut">{p.what}</b>
            <small>
              <Link to="/customers/$id" params={{ id: p.customer_id }} className="row" style={{ gap: 5 }}>
                <Avatar name={p.customer_name ?? ''} size={16} square />
                <span className="cut">{p.customer_name}</span>
              </Link>
            </small>
          </div>
          <When at={p.due_on} due />
          <IconButton small label={t('followup.verb.kept')} disabled={settle.isPending} onClick={() => settle.mutate({ p, kept: true })}>
            <Check size={15} />
          </IconButton>
          <IconButton small label={t('followup.verb.broken')} disabled={settle.isPending} onClick={() => settle.mutate({ p, kept: false })}>
            <X size={15} />
          </IconButton>
        </li>
      ))}
    </ul>
  );
}
