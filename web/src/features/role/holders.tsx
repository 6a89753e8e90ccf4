import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { get } from '@/api/client';
import { useMay } from '@/api/shared';
import type { List, Role, User } from '@/api/types';
import { useWord } from '@/app/words';

const SHOWN = 12;

/** Every account, page by page: a role's holders are counted in all of them. */
export const everybodyQuery = queryOptions({
  queryKey: ['users', 'everybody'],
  queryFn: async ({ signal }) => {
    const all: User[] = [];
    for (let cursor: string | null | undefined = ''; cursor !== null && cursor !== undefined; ) {
      const page: List<User> = await get<List<User>>('/users', { limit: 200, cursor }, signal);
      all.push(...page.items);
      cursor = page.next;
    }
    return all;
  },
});

/** Who holds a role: active accounts, for those who may see them. */
export function useHolders(): ((role: Role) => User[]) | null {
  const may = useMay();
  const { data } = useQuery({ ...everybodyQuery, enabled: may('user.manage') });
  return data ? (role) => data.filter((u) => u.state === 'active' && u.role_ids.includes(role.id)) : null;
}

export function Holders({ role }: { role: Role }) {
  const t = useWord();
  const holders = useHolders();
  if (!holders) return null;
  const people = holders(role);
  return (
    <div className="holders">
      <span className="field-help">{t('account.label.held_by', { count: people.length })}</span>
      {people.slice(0, SHOWN).map((u) => (
        <Link key={u.id} to="/admin/people" search={{ q: u.login }} className="link">
          {u.name}
        </Link>
      ))}
      {people.length > SHOWN && <span className="mut">{t('account.label.and_more', { count: people.length - SHOWN })}</span>}
    </div>
  );
}
