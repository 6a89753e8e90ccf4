import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { useMe } from '@/api/shared';
import { useWord } from '@/app/words';
import { ABOUT, listQuery, type Noun } from '@/features/service/data';
import { ServiceLine } from '@/features/service/line';

/** What customers wait for from this person: the oldest first. Nothing stands here while nobody waits. */
export function Waiting({ noun }: { noun: Noun }) {
  const t = useWord();
  const me = useMe();
  const { data } = useQuery(listQuery(noun, { view: 'mine', sort: ABOUT[noun].at, limit: 5 }, me.id));
  if (!data?.items.length) return null;
  return (
    <section className="card a-wait">
      <header>
        <h2>{t(noun === 'need' ? 'home.title.needs' : 'home.title.feedback')}</h2>
        <span className="sp" />
        <Link to={noun === 'need' ? '/needs' : '/feedback'} search={{ view: 'mine' }} className="mut more">
          {t('home.verb.all')}
          <ChevronRight size={14} />
        </Link>
      </header>
      <ul className="svc">
        {data.items.map((x) => (
          <ServiceLine key={x.id} noun={noun} x={x} customer />
        ))}
      </ul>
    </section>
  );
}
