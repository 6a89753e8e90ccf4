import { useQueryClient } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, ChevronRight, CornerDownRight, Ellipsis, Pencil, Plus } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { patch } from '@/api/client';
import { departmentsQuery } from '@/api/shared';
import type { Department } from '@/api/types';
import { useWord } from '@/app/words';
import { IconButton } from '@/kit/button';
import { openMenu } from '@/kit/menu';
import { tellError, tellUndo } from '@/kit/toast';
import { branchOf, flatten, landing, moved, type Place, placeOf, type Row, type Where } from './place';

const FAR = 5; // pixels that tell a drag from a click

/** One PATCH moves a department; it stands there before the answer comes, and goes back if that refuses. */
function useMove() {
  const t = useWord();
  const client = useQueryClient();
  const key = departmentsQuery.queryKey;
  const move = async (d: Department, to: Place): Promise<Department | null> => {
    const all = client.getQueryData<Department[]>(key) ?? [];
    client.setQueryData(key, moved(all, d.id, to));
    try {
      return await patch<Department>(`/departments/${d.id}`, { parent_id: to.parent, position: to.position }, d.version);
    } catch (e) {
      client.setQueryData(key, all);
      tellError(e);
      return null;
    } finally {
      void client.invalidateQueries({ queryKey: key });
    }
  };
  return async (d: Department, to: Place) => {
    const all = client.getQueryData<Department[]>(key) ?? [];
    const was = placeOf(all, d);
    const into = all.find((x) => x.id === to.parent)?.name ?? '';
    const now = await move(d, to);
    if (!now) return;
    const text =
      was.parent === to.parent ? t('account.state.moved', { name: d.name }) : t('account.state.moved_into', { name: d.name, into });
    tellUndo(text, () => void move(now, was));
  };
}

/** The departments: chosen by a click, moved by dragging or by the menu of each. */
export function DepartmentTree({
  all,
  chosen,
  onChoose,
  onEdit,
  onAdd,
}: {
  all: Department[];
  chosen: string | null;
  onChoose: (id: string) => void;
  onEdit: (d: Department) => void;
  onAdd: (parent: string) => void;
}) {
  const t = useWord();
  const move = useMove();
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [drag, setDrag] = useState<{ d: Department; row: Row | null; where: Where; place: Place | null } | null>(null);
  const from = useRef<{ d: Department; x: number; y: number } | null>(null);
  const wasDrag = useRef(false);
  const list = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => flatten(all, folded), [all, folded]);
  const dragging = !!drag;
  useEffect(() => {
    if (!dragging) return;
    const stop = (e: KeyboardEvent) => {
      if (e.key !== 'Escape') return;
      e.stopPropagation();
      from.current = null;
      setDrag(null);
    };
    addEventListener('keydown', stop, true);
    return () => removeEventListener('keydown', stop, true);
  }, [dragging]);

  const over = (y: number): { row: Row; where: Where } | null => {
    for (const el of list.current?.querySelectorAll<HTMLElement>('[data-department]') ?? []) {
      const box = el.getBoundingClientRect();
      if (y < box.top || y >= box.bottom) continue;
      const row = rows.find((r) => r.d.id === el.dataset.department);
      const part = (y - box.top) / box.height;
      return row ? { row, where: part < 0.28 ? 'before' : part > 0.72 ? 'after' : 'into' } : null;
    }
    return null;
  };
  const onMove = (e: React.PointerEvent<HTMLDivElement>) => {
    if (e.buttons === 0) from.current = null; // let go elsewhere
    const start = from.current;
    if (!start || (!drag && Math.hypot(e.clientX - start.x, e.clientY - start.y) < FAR)) return;
    if (!drag) e.currentTarget.setPointerCapture(e.pointerId);
    wasDrag.current = true;
    const aside = list.current?.closest('aside');
    const box = aside?.getBoundingClientRect();
    if (aside && box && (e.clientY < box.top + 28 || e.clientY > box.bottom - 28)) aside.scrollTop += e.clientY < box.top + 28 ? -10 : 10;
    const at = over(e.clientY);
    const place = at && landing(all, start.d, at.row, at.where, !folded.has(at.row.d.id));
    setDrag({ d: start.d, row: at?.row ?? null, where: at?.row.d.parent_id ? at.where : 'into', place });
  };
  const onUp = () => {
    if (drag?.place) void move(drag.d, drag.place);
    from.current = null;
    setDrag(null);
  };

  const menu = (r: Row, anchor: HTMLElement) => {
    const { d } = r;
    const now = placeOf(all, d);
    const last = all.filter((x) => x.parent_id === d.parent_id).length - 1;
    const to = (position: number) => void move(d, { parent: now.parent, position });
    const inside = branchOf(all, d.id);
    const into = () =>
      openMenu({
        anchor,
        align: 'end',
        search: t('account.verb.move_into'),
        items: flatten(all)
          .filter((x) => !inside.has(x.d.id) && x.d.id !== d.parent_id)
          .map((x) => ({
            key: x.d.id,
            text: x.d.name,
            label: <span style={{ paddingLeft: x.depth * 12 }}>{x.d.name}</span>,
            run: () => void move(d, { parent: x.d.id, position: all.filter((c) => c.parent_id === x.d.id).length }),
          })),
      });
    const up = { key: 'up', label: t('account.verb.move_up'), icon: <ArrowUp size={15} />, run: () => to(now.position - 1) };
    const down = { key: 'down', label: t('account.verb.move_down'), icon: <ArrowDown size={15} />, run: () => to(now.position + 1) };
    openMenu({
      anchor,
      align: 'end',
      items: [
        ...(d.parent_id && now.position > 0 ? [up] : []),
        ...(d.parent_id && now.position < last ? [down] : []),
        // a menu of its own, opened once this one is closed
        ...(d.parent_id
          ? [
              {
                key: 'into',
                label: t('account.verb.move_into'),
                icon: <CornerDownRight size={15} />,
                run: () => void setTimeout(into),
              },
            ]
          : []),
        { key: 'add', label: t('account.verb.add_below'), icon: <Plus size={15} />, run: () => onAdd(d.id) },
        { line: 'line' },
        { key: 'edit', label: t('account.title.edit_department'), icon: <Pencil size={15} />, run: () => onEdit(d) },
      ],
    });
  };

  return (
    <div ref={list} className={drag ? 'deptree dragging' : 'deptree'}>
      {rows.map((r) => {
        const { d, depth, children, people } = r;
        const here = drag?.place && drag.row?.d.id === d.id;
        // between an open branch and its first child the line stands at the child's depth
        const inner = here && drag.where === 'after' && children > 0 && !folded.has(d.id) ? 1 : 0;
        return (
          <div
            key={d.id}
            data-department={d.id}
            className={['treeitem', chosen === d.id && 'on', drag?.d.id === d.id && 'lifted', here && `drop-${drag.where}`]
              .filter(Boolean)
              .join(' ')}
            style={{ '--in': `${8 + (depth + inner) * 16}px`, paddingLeft: 2 + depth * 16 } as React.CSSProperties}
            onPointerDown={(e) => {
              wasDrag.current = false;
              // a finger scrolls: it has the menu
              if (e.button !== 0 || e.pointerType === 'touch' || !d.parent_id || (e.target as HTMLElement).closest('.ib')) return;
              from.current = { d, x: e.clientX, y: e.clientY };
            }}
            onPointerMove={onMove}
            onPointerUp={onUp}
            onPointerCancel={() => {
              from.current = null;
              setDrag(null);
            }}
            onClickCapture={(e) => {
              if (!wasDrag.current) return;
              wasDrag.current = false;
              e.preventDefault();
              e.stopPropagation();
            }}
          >
            {children > 0 ? (
              <IconButton
                small
                label={t(folded.has(d.id) ? 'account.verb.unfold' : 'account.verb.fold', { name: d.name })}
                onClick={() => setFolded((was) => (was.has(d.id) ? new Set([...was].filter((x) => x !== d.id)) : new Set([...was, d.id])))}
              >
                <ChevronRight size={14} className={folded.has(d.id) ? 'chev' : 'chev down'} />
              </IconButton>
            ) : (
              <span className="leaf" />
            )}
            <button type="button" className="sp cut name" aria-pressed={chosen === d.id} onClick={() => onChoose(d.id)}>
              {d.name}
            </button>
            <small className="tn mut" title={t('account.label.heads', { count: people })}>
              {people}
            </small>
            <IconButton small label={`${t('app.verb.more')} ${d.name}`} onClick={(e) => menu(r, e.currentTarget)}>
              <Ellipsis size={15} />
            </IconButton>
          </div>
        );
      })}
      {drag && (
        <p className="sr" role="status">
          {drag.place ? '' : t('account.hint.no_place')}
        </p>
      )}
    </div>
  );
}
