import { useQuery } from '@tanstack/react-query';
import { Eye } from 'lucide-react';
import { useEffect, useState } from 'react';
import { remove } from '@/api/client';
import { sessionQuery } from '@/api/shared';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { tellError } from '@/kit/toast';

const AGAIN = 60_000;
/** The page is opened anew: nothing that was seen as the role is left in it. */
const leave = () => location.assign('/admin/roles');

/** Says on every page as whom the administrator looks, and leads out; the look ends by itself, and so does the page. */
export function LookBanner() {
  const t = useWord();
  const { data } = useQuery({ ...sessionQuery, staleTime: AGAIN, refetchInterval: (q) => (q.state.data?.look ? AGAIN : false) });
  const [began] = useState(!!data?.look);
  const [busy, setBusy] = useState(false);
  const look = data?.look;
  const until = look ? Date.parse(look.until ?? '') : 0;
  useEffect(() => {
    if (began && !until) return leave(); // it has ended behind this page
    if (!until) return;
    const timer = setTimeout(leave, Math.max(0, until - Date.now()) + 500);
    return () => clearTimeout(timer);
  }, [began, until]);
  if (!look) return null;
  const end = async () => {
    setBusy(true);
    try {
      await remove('/session/look');
      leave();
    } catch (e) {
      setBusy(false);
      tellError(e);
    }
  };
  return (
    <section className="lookbar" aria-label={t('account.label.looking_as')}>
      <Eye size={16} aria-hidden="true" />
      <span>
        {look.user_id
          ? t('account.state.looking_at', { role: look.role_name, user: look.user_name })
          : t('account.state.looking', { role: look.role_name })}
      </span>
      <Button busy={busy} onClick={() => void end()}>
        {t('account.verb.look_end')}
      </Button>
    </section>
  );
}
