import { Columns3 } from 'lucide-react';
import type { Field } from '@/api/types';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { Pop } from '@/kit/float';
import { Check } from '@/kit/inputs';

/** Which columns the list of orders has. */
export function Columns({ fields, names, onChange }: { fields: Field[]; names: string[]; onChange: (names: string[]) => void }) {
  const t = useWord();
  const listed = fields.filter((f) => f.list && f.name !== 'code');
  return (
    <Pop
      align="end"
      label={t('customer.label.columns')}
      button={(toggle) => (
        <Button look="ghost" icon={<Columns3 size={15} />} onClick={toggle}>
          {t('customer.label.columns')}
        </Button>
      )}
    >
      {() => (
        <div className="colpick">
          {listed.map((f) => (
            <Check
              key={f.name}
              checked={names.includes(f.name)}
              onChange={(on) =>
                onChange(
                  on ? listed.map((x) => x.name).filter((n) => n === f.name || names.includes(n)) : names.filter((n) => n !== f.name),
                )
              }
            >
              {f.label}
            </Check>
          ))}
        </div>
      )}
    </Pop>
  );
}
