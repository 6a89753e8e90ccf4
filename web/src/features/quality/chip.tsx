import { useQuery } from '@tanstack/react-query';
import { BadgeCheck } from 'lucide-react';
import type { CustomerRecord } from '@/api/types';
import { asDay } from '@/app/dates';
import { useWord } from '@/app/words';
import { Chip } from '@/kit/chips';
import { checksQuery, useConfirm } from './data';

/** When somebody last confirmed what stands here; one tap does it where it is due. */
export function CheckChip({ c }: { c: CustomerRecord }) {
  const t = useWord();
  const { data } = useQuery(checksQuery(c.id));
  const { confirm, busy } = useConfirm();
  if (!data) return null;
  const last = data.items.find((k) => !k.taken_back_at);
  if (data.due && c.may.change)
    return (
      <button
        type="button"
        className="chip tone-amber"
        disabled={busy}
        title={last ? t('quality.label.last', { day: asDay(last.at), name: last.by_name ?? '' }) : t('quality.label.never')}
        onClick={() => void confirm([c])}
      >
        <BadgeCheck size={12} />
        {t('quality.verb.confirm_due')}
      </button>
    );
  if (data.due) return <Chip tone="amber">{t('quality.state.due')}</Chip>;
  return last ? (
    <Chip title={t('quality.label.last', { day: asDay(last.at), name: last.by_name ?? '' })}>
      {t('quality.label.checked_on', { day: asDay(last.at), name: last.by_name ?? '' })}
    </Chip>
  ) : null;
}
