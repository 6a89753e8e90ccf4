import { Check } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useWord } from '@/app/words';
import { type Anchor, Popover } from './float';

export type Item =
  | { key: string; label: ReactNode; text?: string; icon?: ReactNode; hint?: string; danger?: boolean; checked?: boolean; run: () => void }
  | { line: string };
type Menu = { anchor: Anchor; items: Item[] | ((query: string) => Promise<Item[]>); align?: 'start' | 'end'; search?: string };

/** One menu for the whole page: a menu per table cell would cost half a second per page. */
let open: Menu | null = null;
const listeners = new Set<() => void>();
function set(next: Menu | null) {
  open = next;
  for (const listener of listeners) listener();
}
export const openMenu = (menu: Menu) => set(menu);

export function MenuHost() {
  const menu = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => open,
  );
  return menu ? <MenuBox menu={menu} /> : null;
}

function MenuBox({ menu }: { menu: Menu }) {
  const t = useWord();
  const [query, setQuery] = useState('');
  const [found, setFound] = useState<Item[] | null>(null);
  const [cur, setCur] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const dynamic = typeof menu.items === 'function';
  useEffect(() => {
    if (typeof menu.items !== 'function') return;
    let live = true;
    const ask = menu.items;
    const timer = setTimeout(
      () =>
        void ask(query).then(
          (items) => live && setFound(items),
          () => live && setFound([]),
        ),
      query ? 120 : 0,
    );
    return () => {
      live = false;
      clearTimeout(timer);
    };
  }, [menu, query]);
  const all = typeof menu.items === 'function' ? found : menu.items;
  const needle = query.trim().toLowerCase();
  const items = (all ?? []).filter((i) => dynamic || !needle || ('key' in i && (i.text ?? String(i.label)).toLowerCase().includes(needle)));
  const rows = items.flatMap((i) => ('key' in i ? [i] : []));
  const run = (item: Item) => {
    if (!('key' in item)) return;
    set(null);
    item.run();
  };
  const keys = (e: React.KeyboardEvent) => {
    if (e.nativeEvent.isComposing) return;
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      e.preventDefault();
      const next = (cur + (e.key === 'ArrowDown' ? 1 : rows.length - 1)) % Math.max(1, rows.length);
      setCur(next);
      list.current?.querySelectorAll('.mitem')[next]?.scrollIntoView({ block: 'nearest' });
    } else if (e.key === 'Enter') {
      e.preventDefault();
      const item = rows[cur];
      if (item) run(item);
    }
  };
  return (
    <Popover anchor={menu.anchor} onClose={() => set(null)} align={menu.align} className="menu" label={menu.search ?? t('app.label.menu')}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys work from the search box and from every item */}
      <div onKeyDown={keys}>
        {menu.search && (
          <input
            className="input msearch"
            data-first
            placeholder={menu.search}
            aria-label={menu.search}
            value={query}
            onChange={(e) => {
              setQuery(e.target.value);
              setCur(0);
            }}
          />
        )}
        <div ref={list} role="menu" className="mlines">
          {items.map((item) =>
            'line' in item ? (
              <div key={item.line} className="msep" />
            ) : (
              <button
                key={item.key}
                type="button"
                role="menuitem"
                data-first={!menu.search && item === rows[0] ? '' : undefined}
                className={['mitem', item === rows[cur] && 'cur', item.danger && 'danger'].filter(Boolean).join(' ')}
                onClick={() => run(item)}
              >
                {item.icon}
                <span className="cut">{item.label}</span>
                {item.checked && <Check size={14} style={{ marginLeft: 'auto' }} />}
                {item.hint && <small>{item.hint}</small>}
              </button>
            ),
          )}
          {all && rows.length === 0 && <div className="mhead">{t('app.state.nothing')}</div>}
        </div>
      </div>
    </Popover>
  );
}
