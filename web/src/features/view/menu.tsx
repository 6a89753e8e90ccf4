import { useQuery } from '@tanstack/react-query';
import { Link, useRouterState } from '@tanstack/react-router';
import { Bookmark } from 'lucide-react';
import { useWord } from '@/app/words';
import { openView, pathOf, viewsQuery } from './data';

/** The views that somebody wants at hand, below the lists they are of. */
export function FavouriteViews() {
  const t = useWord();
  const { data } = useQuery(viewsQuery);
  const open = useRouterState({ select: (s) => (s.location.search as { v?: string }).v });
  const all = (data ?? []).filter((v) => v.favourite && pathOf(v.record));
  if (!all.length) return null;
  return (
    <ul className="views" aria-label={t('view.title.views')}>
      {all.map((v) => (
        <li key={v.id}>
          <Link
            to={pathOf(v.record) ?? '/customers'}
            search={openView(v)}
            activeProps={{}}
            className={open === v.id ? 'nav on' : 'nav'}
            aria-current={open === v.id ? 'page' : undefined}
          >
            <Bookmark size={14} />
            <span className="cut">{v.name}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
