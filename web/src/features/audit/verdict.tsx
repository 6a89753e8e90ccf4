import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ShieldAlert, ShieldCheck } from 'lucide-react';
import { get, post } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { full } from '@/app/dates';
import { count } from '@/app/numbers';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { tellError } from '@/kit/toast';

type Judged = components['schemas']['AuditJudged'];
const key = ['audit-verdict'];

/** Whether the log is whole: the last verdict, and a new one by hand. */
export function Verdict() {
  const t = useWord();
  const client = useQueryClient();
  const { data } = useQuery({
    queryKey: key,
    queryFn: () => get<Judged>('/audit/verdict'),
    refetchInterval: (q) => (q.state.data?.running ? 1000 : false),
  });
  if (!data) return null;
  const ask = async () => {
    try {
      client.setQueryData(key, await post<Judged>('/audit/verdict'));
    } catch (e) {
      tellError(e);
    }
  };
  const broken = data.state === 'broken';
  return (
    <section className="card row wrap audit-verdict" aria-label={t('audit.verb.verify')}>
      {broken ? <ShieldAlert size={18} className="tx-red" /> : <ShieldCheck size={18} className="mut" />}
      <Chip tone={broken ? 'red' : data.state === 'whole' ? 'green' : 'amber'} dot>
        {t(data.running ? 'audit.state.running' : `audit.state.${data.state}`)}
      </Chip>
      {data.state !== 'none' && (
        <span className="tx2">
          {t('audit.label.verified', { at: full(data.at) })} ·{' '}
          {t('audit.label.verdict', { n: count(data.sealed), anchors: count(data.anchors) })}
          {data.pruned > 0 && ` · ${t('audit.label.pruned', { n: count(data.pruned) })}`}
          {data.restores > 0 && ` · ${t('audit.label.restores', { n: count(data.restores) })}`}
        </span>
      )}
      <span className="sp" />
      <Button size="sm" busy={data.running} onClick={() => void ask()}>
        {t('audit.verb.verify')}
      </Button>
      {data.broken && <p className="notice tone-red full">{data.broken}</p>}
      <p className="field-help full">{t('audit.hint.verify')}</p>
    </section>
  );
}
