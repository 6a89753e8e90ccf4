import { X } from 'lucide-react';
import { useWord } from '@/app/words';
import type { Narrow } from './narrow';

/** Says which figure a list was opened from; taking it away shows the whole list again. */
export function FromReport({ r, onRemove }: { r: Narrow | undefined; onRemove: () => void }) {
  const t = useWord();
  if (!r) return null;
  return (
    <span className="fchip">
      <span>{t('reportpage.label.from')}</span>
      <b title={r.name}>{r.name}</b>
      <button type="button" aria-label={t('reportpage.verb.drop')} onClick={onRemove}>
        <X size={12} />
      </button>
    </span>
  );
}
