import { ChevronDown, Download, FileSpreadsheet, FileText, Mail } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '@/api/shared';
import type { MailingWhat } from '@/api/types';
import { usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { download } from '@/features/export/download';
import { MailingSheet } from '@/features/mailing/sheet';
import { Button } from '@/kit/button';
import { openMenu } from '@/kit/menu';
import { tellError, tellWhile } from '@/kit/toast';

type Asked = Record<string, string | undefined>;

/** Gives a report out: as a page to print, as a sheet, by mail again and again. */
export function GiveOut({
  query,
  what,
  name,
  sheets = true,
}: {
  /** What the file is asked with. */
  query: Asked;
  /** What a mailing sends; none where it cannot be sent before it is kept. */
  what?: Omit<MailingWhat, 'format'>;
  name: string;
  sheets?: boolean;
}) {
  const t = useWord();
  const may = useMay();
  const phone = usePhone();
  const [busy, setBusy] = useState(false);
  const [mailing, setMailing] = useState(false);
  if (!may('customer.export')) return null;
  const give = async (format: string) => {
    setBusy(true);
    const done = tellWhile(t('reportpage.state.writing'));
    try {
      const asked = Object.entries({ ...query, format }).filter((pair): pair is [string, string] => !!pair[1]);
      await download(`/report-files?${new URLSearchParams(asked)}`);
    } catch (e) {
      tellError(e);
    } finally {
      done();
      setBusy(false);
    }
  };
  return (
    <>
      <Button
        icon={<Download size={15} />}
        busy={busy}
        aria-haspopup="menu"
        aria-label={t('export.verb.export')}
        onClick={(e) =>
          openMenu({
            anchor: e.currentTarget,
            align: 'end',
            items: [
              { key: 'pdf', label: t('reportpage.format.pdf'), icon: <FileText size={15} />, run: () => void give('pdf') },
              ...(sheets
                ? [
                    { key: 'xlsx', label: t('export.format.xlsx'), icon: <FileSpreadsheet size={15} />, run: () => void give('xlsx') },
                    { key: 'csv', label: t('export.format.csv'), icon: <FileSpreadsheet size={15} />, run: () => void give('csv') },
                  ]
                : []),
              ...(what ? [{ key: 'mail', label: t('mailing.verb.create'), icon: <Mail size={15} />, run: () => setMailing(true) }] : []),
            ],
          })
        }
      >
        {phone ? null : (
          <>
            {t('export.verb.export')} <ChevronDown size={13} />
          </>
        )}
      </Button>
      {mailing && what && <MailingSheet what={what} name={name} sheets={sheets} onClose={() => setMailing(false)} />}
    </>
  );
}
