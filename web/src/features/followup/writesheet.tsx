import { useQuery } from '@tanstack/react-query';
import { ChevronRight, Search } from 'lucide-react';
import { useCallback, useDeferredValue, useState } from 'react';
import { findQuery } from '@/api/shared';
import { homeQuery } from '@/app/shell';
import { closeIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { Avatar } from '@/kit/chips';
import { Input } from '@/kit/inputs';
import { Sheet } from '@/kit/sheet';
import { Composer } from './composer';

/** Writing from anywhere: first whom, then what. A draft stays in the browser, so closing loses nothing but chosen files, which are asked about. */
export default function WriteSheet({ id, name }: { id?: string; name?: string }) {
  const t = useWord();
  const [chosen, setChosen] = useState(id ? { id, name: name ?? '' } : null);
  const [q, setQ] = useState('');
  const asked = useDeferredValue(q.trim());
  const { data: found } = useQuery({ ...findQuery(asked), placeholderData: (old) => old });
  const { data: home } = useQuery(homeQuery);
  const done = useCallback(() => closeIt(), []);
  const [losing, setLosing] = useState(false);
  const list = asked
    ? (found?.items ?? []).flatMap((i) =>
        i.kind === 'customer'
          ? [{ id: i.id, name: i.title, hint: i.subtitle }]
          : i.kind === 'contact' && i.customer_id
            ? [{ id: i.customer_id, name: i.subtitle ?? i.title, hint: i.title }]
            : [],
      )
    : (home?.recent ?? []).map((r) => ({ id: r.id, name: r.name, hint: null }));
  return (
    <Sheet
      tall
      dirty={losing}
      title={chosen ? t('followup.title.with', { name: chosen.name }) : t('followup.verb.write')}
      onClose={closeIt}
    >
      {chosen ? (
        <Composer customer={chosen} onDone={done} onDirty={setLosing} />
      ) : (
        <div className="form">
          <Input
            value={q}
            onChange={setQ}
            autoFocus
            type="search"
            prefixIcon={<Search size={15} />}
            placeholder={t('app.hint.customer')}
            aria-label={t('app.hint.customer')}
          />
          <div className="biglist tight">
            {!asked && list.length > 0 && <small>{t('app.label.recent')}</small>}
            {list.map((c) => (
              <button key={c.id + (c.hint ?? '')} type="button" onClick={() => setChosen(c)}>
                <Avatar name={c.name} size={32} square />
                <span>
                  <b>{c.name}</b>
                  {c.hint && <small>{c.hint}</small>}
                </span>
                <ChevronRight size={16} className="mut" />
              </button>
            ))}
            {asked && found && !list.length && <p className="field-help">{t('app.state.not_found', { q: asked })}</p>}
          </div>
        </div>
      )}
    </Sheet>
  );
}
