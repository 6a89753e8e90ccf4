import { useNavigate, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { openIt } from '@/app/ui';
import { Lines } from '@/kit/states';

/** Where the link of a mail or a group leads: on to the record. */
export default function GoPage() {
  const { kind, id } = useParams({ from: '/app/notices/open/$kind/$id' });
  const navigate = useNavigate();
  useEffect(() => {
    if (kind === 'customer') void navigate({ to: '/customers/$id', params: { id }, replace: true });
    else if (kind === 'task') void navigate({ to: '/tasks', replace: true }).then(() => openIt({ what: 'task', id }));
    else if (kind === 'check') void navigate({ to: '/quality', search: id === 'team' ? { tab: 'data' } : {}, replace: true });
    else if (kind === 'key_change') void navigate({ to: '/key-changes', search: { view: 'answered' }, replace: true });
    else if (kind === 'review') void navigate({ to: '/reviews/$id', params: { id }, replace: true });
    else if (kind === 'audit') void navigate({ to: '/admin/audit', search: { actor: id === 'log' ? undefined : id }, replace: true });
    else if (kind === 'backup') void navigate({ to: '/admin/backups', replace: true });
    else void navigate({ to: '/notices', search: {}, replace: true });
  }, [kind, id, navigate]);
  return <Lines count={4} />;
}
