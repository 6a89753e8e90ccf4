import { FileDown } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '@/api/shared';
import { usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { type Listed, useExport } from './run';

/** 导出, for who may: the list as it stands on the screen. */
export function ExportButton(list: Listed) {
  const t = useWord();
  const may = useMay();
  const phone = usePhone();
  const [busy, setBusy] = useState(false);
  const give = useExport();
  if (!may('customer.export')) return null;
  return (
    <Button
      look="ghost"
      icon={<FileDown size={15} />}
      busy={busy}
      aria-label={t('export.verb.export')}
      onClick={() => {
        setBusy(true);
        void give(list).finally(() => setBusy(false));
      }}
    >
      {!phone && t('export.verb.export')}
    </Button>
  );
}
