import { FileDown } from 'lucide-react';
import { useEffect } from 'react';
import { useMay } from '@/api/shared';
import { usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { giveOut, type Listed, putOnScreen } from './run';

/** 导出, for who may: the list as it stands on the screen. */
export function ExportButton(list: Listed) {
  const t = useWord();
  const may = useMay();
  const phone = usePhone();
  const exports = may('customer.export');
  useEffect(() => {
    if (!exports) return;
    putOnScreen(list);
    return () => putOnScreen(null);
  });
  if (!exports) return null;
  return (
    <Button look="ghost" icon={<FileDown size={15} />} aria-label={t('export.verb.export')} onClick={() => void giveOut(list)}>
      {!phone && t('export.verb.export')}
    </Button>
  );
}
