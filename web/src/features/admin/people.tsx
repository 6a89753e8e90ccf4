import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Pencil, Plus, UsersRound } from 'lucide-react';
import { useMemo, useState } from 'react';
import { get } from '@/api/client';
import { departmentsQuery, rolesQuery } from '@/api/shared';
import type { Department, List, User } from '@/api/types';
import { full, relative } from '@/app/dates';
import { Page } from '@/app/page';
import { SearchBox } from '@/app/searchbox';
import { usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { Button, IconButton } from '@/kit/button';
import { Avatar, Chip } from '@/kit/chips';
import { Empty, Failed, Lines } from '@/kit/states';
import { type Column, ListTable } from '@/kit/table';
import { DepartmentSheet } from './department';
import { UserSheet } from './user';

/** The tree with its depth, in the company's order. */
export function flatten(all: Department[], parent: string | null = null, depth = 0): { d: Department; depth: number }[] {
  const ids = new Set(all.map((d) => d.id));
  return all
    .filter((d) => (parent === null ? !d.parent_id || !ids.has(d.parent_id) : d.parent_id === parent))
    .sort((a, b) => a.position - b.position)
    .flatMap((d) => [{ d, depth }, ...flatten(all, d.id, depth + 1)]);
}

export default function People() {
  const t = useWord();
  const phone = usePhone();
  const [q, setQ] = useState('');
  const [department, setDepartment] = useState<string | null>(null);
  const [user, setUser] = useState<User | 'new' | null>(null);
  const [editing, setEditing] = useState<Department | 'new' | null>(null);
  const { data: departments } = useQuery(departmentsQuery);
  const { data: roles } = useQuery(rolesQuery);
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['users', q],
    queryFn: ({ signal }) => get<List<User>>('/users', { q: q.trim(), limit: 200 }, signal),
    placeholderData: keepPreviousData,
  });
  const tree = useMemo(() => flatten(departments ?? []), [departments]);
  const inside = useMemo(() => {
    if (!department) return null;
    const found = new Set([department]);
    for (const { d } of tree) if (d.parent_id && found.has(d.parent_id)) found.add(d.id);
    return found;
  }, [department, tree]);
  const rows = data?.items.filter((u) => !inside || (u.department_id && inside.has(u.department_id)));
  const columns: Column<User>[] = [
    {
      key: 'name',
      title: t('account.field.name'),
      width: 190,
      render: (u) => (
        <button type="button" className="cname" onClick={() => setUser(u)}>
          <Avatar name={u.name} size={24} />
          <b className="cut">{u.name}</b>
          {u.state !== 'active' && <Chip tone="gray">{t(`account.state.${u.state}`)}</Chip>}
        </button>
      ),
    },
    { key: 'login', title: t('account.field.login'), width: 130, render: (u) => <span className="tx2">{u.login}</span> },
    {
      key: 'department',
      title: t('account.field.department'),
      width: 140,
      render: (u) => <span className="tx2">{u.department_name ?? '—'}</span>,
    },
    {
      key: 'roles',
      title: t('account.field.roles'),
      width: 180,
      render: (u) => <span className="tx2 cut">{u.role_ids.map((id) => roles?.find((r) => r.id === id)?.name ?? '…').join(' · ')}</span>,
    },
    { key: 'mobile', title: t('contact.field.mobile'), width: 130, render: (u) => <span className="tx2 tn">{u.mobile ?? '—'}</span> },
    {
      key: 'last',
      title: t('account.field.last_login'),
      width: 110,
      render: (u) => (
        <span className="mut tn" title={full(u.last_login_at)}>
          {u.last_login_at ? relative(u.last_login_at) : t('account.state.never')}
        </span>
      ),
    },
  ];
  return (
    <Page
      flush
      title={t('app.nav.people')}
      actions={
        <Button look="primary" icon={<Plus size={15} />} onClick={() => setUser('new')}>
          {t('account.verb.create')}
        </Button>
      }
    >
      <div className="split">
        <aside aria-label={t('account.label.departments')}>
          <div className="row" style={{ padding: '0 4px 6px 8px' }}>
            <b className="strong sp">{t('account.title.departments')}</b>
            <IconButton small label={t('account.verb.create_department')} onClick={() => setEditing('new')}>
              <Plus size={15} />
            </IconButton>
          </div>
          <button type="button" className={department ? 'treeitem' : 'treeitem on'} onClick={() => setDepartment(null)}>
            <UsersRound size={15} />
            {t('account.label.everybody')}
          </button>
          {tree.map(({ d, depth }) => (
            <div key={d.id} className={department === d.id ? 'treeitem on' : 'treeitem'} style={{ paddingLeft: 8 + depth * 16 }}>
              <button type="button" className="sp cut" style={{ textAlign: 'left' }} onClick={() => setDepartment(d.id)}>
                {d.name}
              </button>
              <IconButton small label={`${t('app.verb.edit')} ${d.name}`} onClick={() => setEditing(d)}>
                <Pencil size={13} />
              </IconButton>
            </div>
          ))}
        </aside>
        <div>
          <div className="tools">
            <SearchBox value={q} onSearch={(next = '') => setQ(next)} hint={t('account.hint.search')} />
          </div>
          {error ? (
            <Failed error={error} retry={() => void refetch()} />
          ) : phone ? (
            !rows ? (
              <Lines count={6} />
            ) : (
              <ul className="linklist" style={{ padding: '0 16px' }}>
                {rows.map((u) => (
                  <li key={u.id}>
                    <button type="button" className="cname" style={{ minHeight: 52, width: '100%' }} onClick={() => setUser(u)}>
                      <Avatar name={u.name} size={32} />
                      <b className="sp cut" style={{ textAlign: 'left' }}>
                        {u.name}
                      </b>
                      <small>{u.state === 'active' ? u.department_name : t(`account.state.${u.state}`)}</small>
                    </button>
                  </li>
                ))}
              </ul>
            )
          ) : (
            <ListTable
              label={t('app.nav.people')}
              columns={columns}
              rows={rows}
              stale={isPlaceholderData}
              empty={<Empty icon={UsersRound} title={t('account.empty.people')} />}
            />
          )}
        </div>
      </div>
      {user && <UserSheet user={user === 'new' ? undefined : user} department={department} onClose={() => setUser(null)} />}
      {editing && (
        <DepartmentSheet department={editing === 'new' ? undefined : editing} parent={department} onClose={() => setEditing(null)} />
      )}
    </Page>
  );
}
