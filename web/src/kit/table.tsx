import { ArrowDown, ArrowUp, ChevronLeft, ChevronRight } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useWord } from '@/app/words';
import { Button, IconButton } from './button';
import { Skel } from './chips';

export type Column<T> = {
  key: string;
  title: ReactNode;
  width: number;
  align?: 'right' | 'center';
  sortable?: boolean;
  /** Stands beside the title: what else a heading can do. */
  head?: ReactNode;
  render: (row: T) => ReactNode;
};

/** Rows under a head that stays, the first column stays too; what it shows and how it sorts is said by its columns. */
export function ListTable<T extends { id: string }>({
  columns,
  rows,
  stale,
  sort,
  onSort,
  onWidth,
  selected,
  onSelect,
  current,
  onCurrent,
  empty,
  label,
}: {
  columns: Column<T>[];
  rows: T[] | undefined;
  stale?: boolean;
  sort?: string;
  onSort?: (sort: string | undefined) => void;
  /** A column was made as wide as this; null: as wide as usual. */
  onWidth?: (key: string, width: number | null) => void;
  selected?: string[];
  onSelect?: (ids: string[]) => void;
  current?: number;
  onCurrent?: (index: number) => void;
  empty: ReactNode;
  label: string;
}) {
  const t = useWord();
  const body = useRef<HTMLTableSectionElement>(null);
  const last = useRef<number>(-1);
  useEffect(() => {
    if (current !== undefined && current >= 0) body.current?.rows[current]?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  const marked = new Set(selected);
  const all = !!rows?.length && rows.every((r) => marked.has(r.id));
  const width = columns.reduce((sum, c) => sum + c.width, onSelect ? 44 : 0);
  const turn = (key: string) => onSort?.(sort === `-${key}` ? key : sort === key ? undefined : `-${key}`);
  const toggle = (i: number, id: string, range: boolean) => {
    if (!rows || !onSelect) return;
    if (range && last.current >= 0) {
      const [a, b] = [Math.min(last.current, i), Math.max(last.current, i)];
      onSelect([...new Set([...(selected ?? []), ...rows.slice(a, b + 1).map((r) => r.id)])]);
    } else onSelect(marked.has(id) ? (selected ?? []).filter((x) => x !== id) : [...(selected ?? []), id]);
    last.current = i;
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <section className={stale ? 'tbl stale' : 'tbl'} tabIndex={0} aria-label={label}>
      <table aria-label={label} style={{ minWidth: width }}>
        <colgroup>
          {onSelect && <col style={{ width: 44 }} />}
          {columns.map((c) => (
            <col key={c.key} style={{ width: c.width }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {onSelect && (
              <th className="sel">
                <input
                  type="checkbox"
                  aria-label={t('customer.label.select_all')}
                  checked={all}
                  disabled={!rows?.length}
                  ref={(box) => {
                    if (box) box.indeterminate = marked.size > 0 && !all;
                  }}
                  onChange={() => onSelect(all ? [] : (rows ?? []).map((r) => r.id))}
                />
              </th>
            )}
            {columns.map((c, i) => {
              const down = sort === `-${c.key}`;
              const up = sort === c.key;
              return (
                <th
                  key={c.key}
                  // told with every cell: what else the heading can do is not
                  aria-label={typeof c.title === 'string' ? c.title : undefined}
                  className={i === 0 ? 'stick' : undefined}
                  style={{ textAlign: c.align }}
                  aria-sort={up ? 'ascending' : down ? 'descending' : undefined}
                >
                  {c.sortable && onSort ? (
                    <button type="button" className={up || down ? 'sort on' : 'sort'} onClick={() => turn(c.key)}>
                      {c.title}
                      {up ? <ArrowUp size={13} /> : <ArrowDown size={13} />}
                    </button>
                  ) : (
                    c.title
                  )}
                  {c.head}
                  {onWidth && <Grip width={c.width} onWidth={(w) => onWidth(c.key, w)} />}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody ref={body}>
          {rows?.map((r, i) => (
            <tr
              key={r.id}
              className={[i === current && 'cur', marked.has(r.id) && 'marked'].filter(Boolean).join(' ')}
              onMouseDown={() => onCurrent?.(i)}
            >
              {onSelect && (
                <td className="sel">
                  <input
                    type="checkbox"
                    aria-label={t('customer.label.select')}
                    checked={marked.has(r.id)}
                    onChange={(e) => toggle(i, r.id, (e.nativeEvent as MouseEvent).shiftKey)}
                  />
                </td>
              )}
              {columns.map((c, j) => (
                <td key={c.key} className={j === 0 ? 'stick' : undefined} style={{ textAlign: c.align }}>
                  {c.render(r)}
                </td>
              ))}
            </tr>
          ))}
          {!rows &&
            Array.from({ length: 14 }, (_, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: shapes without identity
              <tr key={i} className="late-show">
                {onSelect && <td />}
                {columns.map((c, j) => (
                  <td key={c.key} className={j === 0 ? 'stick' : undefined}>
                    <Skel
                      w={j === 0 ? 150 + ((i * 37) % 80) : Math.max(28, c.width * 0.5 + ((i * 13 + j * 7) % 20))}
                      h={j === 1 ? 18 : 12}
                      r={j === 1 ? 9 : 6}
                    />
                  </td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
      {rows?.length === 0 && empty}
    </section>
  );
}

/** On a phone: two buttons under the rows, and nothing where there is one page. */
export function PhonePager({
  next,
  prev,
  onGo,
}: {
  next: string | null | undefined;
  prev: string | null | undefined;
  onGo: (cursor: string) => void;
}) {
  const t = useWord();
  if (!next && !prev) return null;
  return (
    <div className="row pages">
      <Button disabled={!prev} onClick={() => prev && onGo(prev)}>
        {t('app.verb.previous')}
      </Button>
      <Button disabled={!next} onClick={() => next && onGo(next)}>
        {t('app.verb.next')}
      </Button>
    </div>
  );
}

export function Pager({
  next,
  prev,
  onGo,
  limit,
  onLimit,
  range,
  hints,
}: {
  next: string | null | undefined;
  prev: string | null | undefined;
  onGo: (cursor: string) => void;
  limit: number;
  onLimit: (limit: number) => void;
  range: string;
  hints?: ReactNode;
}) {
  const t = useWord();
  return (
    <div className="tfoot">
      {hints}
      <span className="sp" />
      <span className="mut tn">{range}</span>
      <select
        className="input plain"
        aria-label={t('customer.label.page_size')}
        value={limit}
        onChange={(e) => onLimit(Number(e.target.value))}
      >
        {[20, 50, 100, 200].map((n) => (
          <option key={n} value={n}>
            {t('customer.label.per_page', { count: n })}
          </option>
        ))}
      </select>
      <IconButton label={t('app.verb.previous')} disabled={!prev} onClick={() => prev && onGo(prev)}>
        <ChevronLeft size={16} />
      </IconButton>
      <IconButton label={t('app.verb.next')} disabled={!next} onClick={() => next && onGo(next)}>
        <ChevronRight size={16} />
      </IconButton>
    </div>
  );
}

const [NARROWEST, WIDEST] = [56, 800];

/** The right edge of a heading: dragged, or moved with the arrow keys; a double click makes the column as it was. */
function Grip({ width, onWidth }: { width: number; onWidth: (width: number | null) => void }) {
  const t = useWord();
  const from = useRef<{ x: number; width: number } | null>(null);
  const clamp = (w: number) => Math.round(Math.max(NARROWEST, Math.min(WIDEST, w)));
  return (
    <span
      className="grip"
      role="slider"
      aria-orientation="horizontal"
      aria-label={t('view.label.width')}
      aria-valuemin={NARROWEST}
      aria-valuemax={WIDEST}
      aria-valuenow={width}
      tabIndex={-1}
      title={t('view.label.width')}
      onPointerDown={(e) => {
        e.preventDefault();
        e.currentTarget.setPointerCapture(e.pointerId);
        from.current = { x: e.clientX, width: e.currentTarget.parentElement?.getBoundingClientRect().width ?? width };
      }}
      onPointerMove={(e) => from.current && onWidth(clamp(from.current.width + e.clientX - from.current.x))}
      onPointerUp={() => {
        from.current = null;
      }}
      onDoubleClick={() => onWidth(null)}
      onKeyDown={(e) => {
        if (e.key !== 'ArrowLeft' && e.key !== 'ArrowRight') return;
        e.preventDefault();
        onWidth(clamp(width + (e.key === 'ArrowRight' ? 16 : -16)));
      }}
    />
  );
}
