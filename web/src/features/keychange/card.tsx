import { useQuery } from '@tanstack/react-query';
import { useWord } from '@/app/words';
import { keyChangesOf } from './data';
import { Request } from './request';

/** Over the page of a customer: what of it and its people waits for somebody. */
export function KeyChanges({ id }: { id: string }) {
  const t = useWord();
  const { data } = useQuery(keyChangesOf(id));
  const open = data?.filter((r) => r.state === 'open') ?? [];
  if (!open.length) return null;
  return (
    <section className="card key-changes" aria-label={t('keychange.title.page')}>
      <header>
        <h2>{t('keychange.title.card', { count: open.length })}</h2>
      </header>
      <ul>
        {open.map((r) => (
          <Request key={r.id} request={r} />
        ))}
      </ul>
    </section>
  );
}
