import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { LogOut, MonitorSmartphone, Smartphone } from 'lucide-react';
import { get, post, remove } from '@/api/client';
import type { Device, Items } from '@/api/types';
import { full, relative } from '@/app/dates';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';
import { deviceOf, onPhone } from './device';

/** Where somebody is signed in: oneself, or a person whose account one manages. */
export function Devices({ user }: { user?: string }) {
  const t = useWord();
  const client = useQueryClient();
  const key = ['sessions', user ?? ''];
  const { data, error, refetch } = useQuery({
    queryKey: key,
    queryFn: async () => (await (user ? get<Items<Device>>(`/users/${user}/sessions`) : get<Items<Device>>('/sessions'))).items,
  });
  const ended = (text: string) => () => {
    tell(text);
    void client.invalidateQueries({ queryKey: key });
  };
  const end = useMutation({
    mutationFn: (id: string) => (user ? remove(`/users/${user}/sessions/${id}`) : remove(`/sessions/${id}`)),
    onSuccess: ended(t('session.state.ended')),
    onError: tellError,
  });
  const others = useMutation({
    mutationFn: () => post('/sessions/end-others'),
    onSuccess: ended(t('door.state.others_ended')),
    onError: tellError,
  });
  if (error) return <Failed error={error} retry={() => void refetch()} small />;
  if (!data) return <Lines count={2} />;
  if (!data.length) return <p className="field-help">{t('door.hint.only_here')}</p>;
  return (
    <>
      <ul className="rows">
        {data.map((d) => (
          <li key={d.id}>
            {onPhone(d.agent) ? <Smartphone size={18} className="mut" /> : <MonitorSmartphone size={18} className="mut" />}
            <div className="sp cut">
              <b className="cut" title={d.agent}>
                {deviceOf(d.agent)}
              </b>
              <small className="tn" title={full(d.seen_at)}>
                {[
                  d.address,
                  t('session.label.seen', { when: relative(d.seen_at) }),
                  t('door.label.since', { when: relative(d.created_at) }),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </small>
            </div>
            {d.current ? (
              <Chip tone="green">{t('session.label.current')}</Chip>
            ) : (
              <Button size="sm" onClick={() => end.mutate(d.id)}>
                {t('session.verb.end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {!user && data.length > 1 && (
        <div className="row">
          <Button icon={<LogOut size={15} />} onClick={() => others.mutate()}>
            {t('door.verb.end_others')}
          </Button>
        </div>
      )}
    </>
  );
}
