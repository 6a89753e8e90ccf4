import { Shapes } from 'lucide-react';
import { useMay } from '@/api/shared';
import { openIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { type FilterTree, toText } from '@/features/filter/tree';
import { Button } from '@/kit/button';

/** A filter that is worth a name becomes a segment. */
export function SaveSegment({ filter }: { filter: FilterTree }) {
  const t = useWord();
  const may = useMay();
  const text = toText(filter);
  if (!text || !may('segment.write')) return null;
  return (
    <Button size="sm" look="ghost" icon={<Shapes size={14} />} onClick={() => openIt({ what: 'segment', filter: text })}>
      {t('segment.verb.save_as')}
    </Button>
  );
}
