import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Columns3, Copy, Eye, Plus, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { rolesQuery } from '@/api/shared';
import type { Role } from '@/api/types';
import { Page } from '@/app/page';
import { useWord } from '@/app/words';
import { Button, IconButton } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { Failed, Lines } from '@/kit/states';
import { useHolders } from './holders';
import { LookSheet } from './look';
import { RoleSheet } from './role';

export default function Roles() {
  const t = useWord();
  const { data, error, refetch } = useQuery(rolesQuery);
  const holders = useHolders();
  const [editing, setEditing] = useState<{ role?: Role; copy?: boolean } | null>(null);
  const [looking, setLooking] = useState<Role | null>(null);
  return (
    <Page
      narrow
      title={t('app.nav.roles')}
      actions={
        <>
          <Link to="/admin/roles/compare" className="btn">
            <Columns3 size={15} />
            {t('account.verb.compare')}
          </Link>
          <Button look="primary" icon={<Plus size={15} />} onClick={() => setEditing({})}>
            {t('account.verb.create_role')}
          </Button>
        </>
      }
    >
      <div className="page-b">
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : !data ? (
          <Lines count={6} height={60} />
        ) : (
          <ul className="rows">
            {data.map((r) => (
              <li key={r.id}>
                <ShieldCheck size={18} className="mut" />
                <button type="button" className="sp cut" style={{ textAlign: 'left' }} onClick={() => setEditing({ role: r })}>
                  <b>{r.name}</b>
                  <small>
                    {t(`account.scope.${r.scope}`)} · {t('account.label.permissions', { count: r.permissions.length })}
                    {holders && ` · ${t('account.label.heads', { count: holders(r).length })}`}
                  </small>
                </button>
                {r.builtin && <Chip>{t('account.label.builtin')}</Chip>}
                <IconButton label={`${t('account.verb.look')}: ${r.name}`} onClick={() => setLooking(r)}>
                  <Eye size={15} />
                </IconButton>
                <IconButton label={t('account.verb.copy_role')} onClick={() => setEditing({ role: r, copy: true })}>
                  <Copy size={15} />
                </IconButton>
              </li>
            ))}
          </ul>
        )}
      </div>
      {looking && <LookSheet role={looking} onClose={() => setLooking(null)} />}
      {editing && <RoleSheet role={editing.role} copy={editing.copy} onClose={() => setEditing(null)} />}
    </Page>
  );
}
