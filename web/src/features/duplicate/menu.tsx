import { useNavigate } from '@tanstack/react-router';
import { CopyCheck, Ellipsis, FileUp, ScanSearch } from 'lucide-react';
import { useMay } from '@/api/shared';
import { openIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { IconButton } from '@/kit/button';
import { openMenu } from '@/kit/menu';

/** What else is done with customers as a whole. */
export function CustomersMenu() {
  const t = useWord();
  const may = useMay();
  const navigate = useNavigate();
  return (
    <IconButton
      label={t('app.verb.more')}
      aria-haspopup="menu"
      onClick={(e) =>
        openMenu({
          anchor: e.currentTarget,
          align: 'end',
          items: [
            ...(may('customer.import')
              ? [
                  {
                    key: 'import',
                    label: t('import.verb.new'),
                    icon: <FileUp size={15} />,
                    run: () => void navigate({ to: '/imports/new' }),
                  },
                ]
              : []),
            {
              key: 'check',
              label: t('duplicate.title.check'),
              icon: <ScanSearch size={15} />,
              run: () => openIt({ what: 'check' }),
            },
            {
              key: 'suspects',
              label: t('duplicate.title.suspects'),
              icon: <CopyCheck size={15} />,
              run: () => void navigate({ to: '/suspects' }),
            },
          ],
        })
      }
    >
      <Ellipsis size={16} />
    </IconButton>
  );
}
