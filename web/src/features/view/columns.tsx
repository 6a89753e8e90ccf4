import { ArrowDown, ArrowUp, Columns3 } from 'lucide-react';
import { Fragment } from 'react';
import type { Field } from '@/api/types';
import { useWord } from '@/app/words';
import { Button, IconButton } from '@/kit/button';
import { Pop } from '@/kit/float';
import { Check } from '@/kit/inputs';

/** Which columns a list has, and in which order; the first one stays. */
export function ColumnChooser({
  fields,
  first,
  names,
  onChange,
}: {
  fields: Field[];
  first: string;
  names: string[];
  onChange: (names: string[]) => void;
}) {
  const t = useWord();
  const listed = fields.filter((f) => f.list && f.name !== first);
  const swap = (i: number, j: number) => {
    const next = [...names];
    [next[i], next[j]] = [next[j] as string, next[i] as string];
    onChange(next);
  };
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
          {names.map((name, i) => {
            const f = listed.find((x) => x.name === name);
            return (
              f && (
                <div key={name} className="row">
                  <Check checked onChange={() => names.length > 1 && onChange(names.filter((x) => x !== name))}>
                    {f.label}
                  </Check>
                  <span className="sp" />
                  <IconButton small label={t('customer.verb.move_up')} disabled={i === 0} onClick={() => swap(i, i - 1)}>
                    <ArrowUp size={13} />
                  </IconButton>
                  <IconButton small label={t('customer.verb.move_down')} disabled={i === names.length - 1} onClick={() => swap(i, i + 1)}>
                    <ArrowDown size={13} />
                  </IconButton>
                </div>
              )
            );
          })}
          <div className="msep" />
          {[false, true].map((own) => {
            const rest = listed.filter((f) => !!f.custom === own && !names.includes(f.name));
            return (
              <Fragment key={String(own)}>
                {own && rest.length > 0 && <p className="mhead">{t('field.label.own')}</p>}
                {rest.map((f) => (
                  <Check key={f.name} checked={false} onChange={() => onChange([...names, f.name])}>
                    {f.label}
                  </Check>
                ))}
              </Fragment>
            );
          })}
        </div>
      )}
    </Pop>
  );
}
