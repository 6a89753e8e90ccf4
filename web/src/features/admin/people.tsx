import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus, UsersRound } from 'lucide-react';
import { useMemo, useState } from 'react';
import { get } from '@/api/client';
import { departmentsQuery, rolesQuery } from '@/api/shared';
import type { Department, List, User } from '@/api/types';
import { full, relative } from '@/app/dates';
import { Page } from '@/app/page';
import { SearchBox } from '@/app/searchbox';
import { usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { branchOf } from '@/features/department/place';
import { DepartmentSheet } from '@/features/department/sheet';
import { DepartmentTree } from '@/features/department/tree';
import { Button, IconButton } from '@/kit/button';
import { Avatar, Chip } from '@/kit/chips';
import { Empty, Failed, Lines } from '@/kit/states';
import { type Column, ListTable } from '@/kit/table';

import { UserSheet } from './user';

const route = getRouteApi('/app/admin/people');

export default function People() {
  const t = useWord();
  const phone = usePhone();
  const { q = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const [department, setDepartment] = useState<string | null>(null);
  const [user, setUser] = useState<User | 'new' | null>(null);
  const [editing, setEditing] = useState<{ department?: Department; under: string | null } | null>(null);
  const { data: departments } = useQuery(departmentsQuery);
  const { data: roles } = useQuery(rolesQuery);
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['users', q],
    queryFn: ({ signal }) => get<List<User>>('/users', { q: q.trim(), limit: 200 }, signal),
    placeholderData: keepPreviousData,
  });
  const inside = useMemo(() => (department ? branchOf(departments ?? [], department) : null), [department, departments]);
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
            <IconButton small label={t('account.verb.create_department')} onClick={() => setEditing({ under: department })}>
              <Plus size={15} />
            </IconButton>
          </div>
          <button type="button" className={department ? 'treeitem' : 'treeitem on'} onClick={() => setDepartment(null)}>
            <UsersRound size={15} />
            {t('account.label.everybody')}
          </button>
          <DepartmentTree
            all={departments ?? []}
            chosen={department}
            onChoose={setDepartment}
            onEdit={(d) => setEditing({ department: d, under: d.parent_id })}
            onAdd={(under) => setEditing({ under })}
          />
          <p className="field-help not-phone">{t('account.hint.drag')}</p>
        </aside>
        <div>
          <div className="tools">
            <SearchBox
              value={q}
              onSearch={(next) => void navigate({ search: { q: next }, replace: true })}
              hint={t('account.hint.search')}
            />
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
      {editing && <DepartmentSheet department={editing.department} parent={editing.under} onClose={() => setEditing(null)} />}
    </Page>
  );
}
