import { useQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useWord, wordOr } from '@/app/words';
import { Button } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { Empty, Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';
import { type Import, rowsQuery, type SheetRow, useActs } from './data';

const TONES: Record<string, string> = { good: 'green', draft: 'blue', bad: 'red', duplicate: 'amber', waiting: 'gray' };

/** The rows of a sheet by what became of them; a cell that is wrong is mended where it stands. */
export function Rows({ i, state }: { i: Import; state: string }) {
  const t = useWord();
  const [after, setAfter] = useState<number[]>([0]);
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...rowsQuery(i.id, state, after.at(-1) ?? 0),
    placeholderData: (old) => old,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another state begins at its first page
  useEffect(() => setAfter([0]), [state]);
  // columns with a fault stand beside the reasons, whichever they are in the sheet
  const faulty = new Set(
    (data ?? []).flatMap((r) => r.problems.filter((p) => p.cell && !p.hint).map((p) => String(p.cell).replace(/\d+$/, ''))),
  );
  const columns = i.columns.map((c, at) => ({ ...c, at })).sort((a, b) => Number(faulty.has(b.key)) - Number(faulty.has(a.key)));
  if (error) return <Failed small error={error} retry={() => void refetch()} />;
  if (!data) return <Lines count={6} />;
  if (!data.length) return <Empty small icon={CircleCheck} title={t(state === 'bad' ? 'import.empty.bad' : 'import.empty.rows')} />;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <section className={isPlaceholderData ? 'tbl sheetrows stale' : 'tbl sheetrows'} tabIndex={0} aria-label={t('import.label.rows')}>
        <table style={{ minWidth: 406 + 150 * i.columns.length }}>
          <thead>
            <tr>
              <th style={{ width: 56 }}>{t('import.label.row')}</th>
              <th style={{ width: 90 }}>{t('import.label.state')}</th>
              <th style={{ width: 260 }}>{t('import.label.reasons')}</th>
              {columns.map((c) => (
                <th
                  key={c.key}
                  style={{ width: 150 }}
                  className={c.field ? '' : 'out'}
                  title={c.field ? undefined : t('import.label.left_out')}
                >
                  {c.heading || c.key}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.map((row) => (
              <Row key={row.n} i={i} row={row} columns={columns} />
            ))}
          </tbody>
        </table>
      </section>
      {(after.length > 1 || data.length === 50) && (
        <div className="row">
          <Button disabled={after.length < 2} onClick={() => setAfter(after.slice(0, -1))}>
            {t('app.verb.previous')}
          </Button>
          <Button disabled={data.length < 50} onClick={() => setAfter([...after, data.at(-1)?.n ?? 0])}>
            {t('app.verb.next')}
          </Button>
        </div>
      )}
    </>
  );
}

type Placed = Import['columns'][number] & { at: number };

function Row({ i, row, columns }: { i: Import; row: SheetRow; columns: Placed[] }) {
  const t = useWord();
  const acts = useActs(i.id);
  const [open, setOpen] = useState<string | null>(null);
  const wrong = new Map(row.problems.filter((p) => p.cell && !p.hint).map((p) => [String(p.cell).replace(/\d+$/, ''), p]));
  const save = async (key: string, text: string) => {
    setOpen(null);
    try {
      const next = await acts.mend(row.n, { [key]: text });
      if (next.state !== 'bad' && row.state === 'bad') tell(t('import.state.mended', { row: row.n }));
    } catch (e) {
      tellError(e);
    }
  };
  return (
    <tr>
      <td className="tn mut">{row.n}</td>
      <td>
        <Chip tone={TONES[row.state]}>
          {row.in && row.state !== 'duplicate' ? t('import.state.in') : wordOr(`import.rowstate.${row.state}`, row.state)}
        </Chip>
      </td>
      <td className="why">
        {row.problems.map((p) => (
          <p key={p.code + (p.cell ?? '') + p.message} className={p.hint ? 'mut' : 'bad'}>
            {p.column ? `${p.column}: ` : ''}
            {p.message}
          </p>
        ))}
      </td>
      {columns.map((c) => {
        const text = row.cells[c.at] ?? '';
        const bad = wrong.get(c.key);
        if (open === c.key)
          return (
            <Mend key={c.key} text={text} label={c.heading || c.key} onSave={(v) => void save(c.key, v)} onLeave={() => setOpen(null)} />
          );
        return (
          <td key={c.key} className={bad ? 'bad' : c.field ? '' : 'out'} title={bad?.message}>
            {row.in ? (
              <span className="cut">{text}</span>
            ) : (
              <button
                type="button"
                className="cell cut"
                aria-label={t('import.verb.mend', { column: c.heading || c.key, row: row.n })}
                onClick={() => setOpen(c.key)}
              >
                {text || (bad ? '—' : '')}
              </button>
            )}
          </td>
        );
      })}
    </tr>
  );
}

function Mend({ text, label, onSave, onLeave }: { text: string; label: string; onSave: (text: string) => void; onLeave: () => void }) {
  const [value, setValue] = useState(text);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => box.current?.select(), []);
  const done = () => (value === text ? onLeave() : onSave(value));
  return (
    <td className="mending">
      <input
        ref={box}
        className="input"
        aria-label={label}
        value={value}
        onChange={(e) => setValue(e.target.value)}
        onBlur={done}
        onKeyDown={(e) => {
          if (e.nativeEvent.isComposing) return;
          if (e.key === 'Enter') done();
          if (e.key === 'Escape') onLeave();
        }}
      />
    </td>
  );
}
