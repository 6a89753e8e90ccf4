import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { UserRoundPlus, X } from 'lucide-react';
import { get, post, remove } from '@/api/client';
import type { Collaborator, CustomerRecord, Items } from '@/api/types';
import { relative } from '@/app/dates';
import { useWord } from '@/app/words';
import { Button, IconButton } from '@/kit/button';
import { Avatar } from '@/kit/chips';
import { tellError, tellUndo } from '@/kit/toast';
import { usePeopleMenu } from './change';

/** Who else works on it: they see and add, and change neither facts nor owner. */
export function Collaborators({ c }: { c: CustomerRecord }) {
  const t = useWord();
  const client = useQueryClient();
  const people = usePeopleMenu();
  const key = ['collaborators', c.id];
  const { data } = useQuery({
    queryKey: key,
    queryFn: async () => (await get<Items<Collaborator>>(`/customers/${c.id}/collaborators`)).items,
  });
  const fresh = () => client.invalidateQueries({ queryKey: key });
  const add = useMutation({
    mutationFn: (user_id: string) => post(`/customers/${c.id}/collaborators`, { user_id }),
    onSuccess: fresh,
    onError: tellError,
  });
  const drop = useMutation({
    mutationFn: (m: Collaborator) => remove(`/customers/${c.id}/collaborators/${m.user_id}`, c.version),
    onSuccess: (_r, m) => {
      void fresh();
      tellUndo(t('customer.state.collaborator_gone', { name: m.name }), () => add.mutate(m.user_id));
    },
    onError: tellError,
  });
  return (
    <section className="group" id="collaborators" style={{ marginTop: 16 }}>
      <h2>
        {t('customer.title.collaborators')}
        <span className="sp" />
        {c.may.transfer && (
          <Button
            size="sm"
            icon={<UserRoundPlus size={14} />}
            onClick={(e) => people(e.currentTarget, c.owner_id, (p) => add.mutate(p.id), 'end')}
          >
            {t('app.verb.add')}
          </Button>
        )}
      </h2>
      {data?.length ? (
        <ul className="rows">
          {data.map((m) => (
            <li key={m.user_id}>
              <Avatar name={m.name} size={28} />
              <div className="sp">
                <b>{m.name}</b>
                <small>
                  {m.department_name} · {t('customer.label.since', { when: relative(m.since) })}
                </small>
              </div>
              {c.may.transfer && (
                <IconButton label={t('app.verb.remove')} onClick={() => drop.mutate(m)}>
                  <X size={15} />
                </IconButton>
              )}
            </li>
          ))}
        </ul>
      ) : (
        <p className="field-help">{t('customer.hint.collaborators')}</p>
      )}
    </section>
  );
}
