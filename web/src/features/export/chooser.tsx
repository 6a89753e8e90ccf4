import { type RecordKind, useFields } from '@/api/shared';
import type { Field, NewExport } from '@/api/types';
import { useWord } from '@/app/words';
import { sectionOf } from '@/features/field/own';
import { Button, Segmented } from '@/kit/button';
import { Check } from '@/kit/inputs';
import { MOST, picked } from './columns';

/** What somebody wants of a list: in which format, and which columns; without any those of the list. */
export type Choice = { format: NewExport['format']; columns?: string[] };
type Asks = { value: Choice; onChange: (choice: Choice) => void };

export function Chooser({ target, columns, value, onChange }: Asks & { target: string; columns: string[] | undefined }) {
  const t = useWord();
  return (
    <>
      <Segmented
        block
        label={t('export.label.format')}
        value={value.format}
        onChange={(format) => onChange({ ...value, format })}
        options={[
          { value: 'xlsx', label: t('export.format.xlsx') },
          { value: 'csv', label: t('export.format.csv') },
        ]}
      />
      {columns && (
        <Segmented
          block
          label={t('export.label.columns')}
          value={value.columns ? 'own' : 'list'}
          onChange={(how) => onChange({ ...value, columns: how === 'own' ? columns : undefined })}
          options={[
            { value: 'list', label: t('export.columns.list') },
            { value: 'own', label: t('export.columns.own') },
          ]}
        />
      )}
      {value.columns && <Columns kind={target.replace('_', '-') as RecordKind} shown={columns ?? []} value={value} onChange={onChange} />}
      <p className="field-help">{t('export.hint.what')}</p>
    </>
  );
}

/** Every field that this viewer has, in its sections; the list's come first in the sheet, in the order of the list. */
function Columns({ kind, shown, value, onChange }: Asks & { kind: RecordKind; shown: string[] }) {
  const t = useWord();
  const fields = (useFields(kind) ?? []).filter((f) => f.kind !== 'rows' && f.kind !== 'secret');
  const chosen = value.columns ?? [];
  const set = (names: string[]) => onChange({ ...value, columns: picked(names, shown, fields) });
  const box = (f: Field) => (
    <Check
      key={f.name}
      checked={chosen.includes(f.name)}
      disabled={chosen.length >= MOST && !chosen.includes(f.name)}
      onChange={(yes) => (yes || chosen.length > 1) && set(yes ? [...chosen, f.name] : chosen.filter((x) => x !== f.name))}
    >
      {f.label}
    </Check>
  );
  return (
    <>
      <div className="row">
        <small className="mut">{t('export.label.chosen', { n: chosen.length, most: MOST })}</small>
        <span className="sp" />
        <Button size="sm" look="ghost" onClick={() => set(fields.map((f) => f.name))}>
          {t('export.verb.all')}
        </Button>
        <Button size="sm" look="ghost" onClick={() => set(shown)}>
          {t('export.verb.as_list')}
        </Button>
      </div>
      <div className="exportpick">
        {[...new Set(fields.map(sectionOf))].map((section) => (
          <fieldset key={section}>
            <legend className="mhead">{section}</legend>
            {fields.filter((f) => sectionOf(f) === section).map(box)}
          </fieldset>
        ))}
      </div>
    </>
  );
}
