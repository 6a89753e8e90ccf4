import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';

const focusable =
  'a[href],button:not(:disabled),input:not(:disabled),textarea:not(:disabled),select:not(:disabled),[tabindex]:not([tabindex="-1"])';

/** What floats, lowest first: keys belong to the uppermost, also when the focus was lost with a removed control. */
const layers: HTMLElement[] = [];

/** Keeps the focus inside what floats and gives it back afterwards. */
export function useFocusTrap(ref: RefObject<HTMLElement | null>, onEscape: () => void, first?: string) {
  const leave = useRef(onEscape);
  leave.current = onEscape;
  useEffect(() => {
    const box = ref.current;
    if (!box) return;
    const before = document.activeElement as HTMLElement | null;
    if (!box.contains(before)) {
      const start = (first && box.querySelector<HTMLElement>(first)) || box.querySelector<HTMLElement>('[autofocus],[data-first]') || box;
      start.focus({ preventScroll: true });
    }
    layers.push(box);
    const keys = (e: KeyboardEvent) => {
      if (layers.at(-1) !== box || e.defaultPrevented) return;
      if (e.key === 'Escape' && !e.isComposing) {
        e.preventDefault();
        leave.current();
      }
      if (e.key !== 'Tab') return;
      const all = [...box.querySelectorAll<HTMLElement>(focusable)].filter((x) => x.offsetParent !== null);
      const [head, tail] = [all[0], all.at(-1)];
      if (!head || !tail) return;
      const outside =
        !box.contains(document.activeElement) &&
        !(document.activeElement as HTMLElement | null)?.closest('.ant-select-dropdown,.ant-cascader-dropdown');
      if (outside) {
        e.preventDefault();
        head.focus();
      } else if (e.shiftKey && (document.activeElement === head || document.activeElement === box)) {
        e.preventDefault();
        tail.focus();
      } else if (!e.shiftKey && document.activeElement === tail) {
        e.preventDefault();
        head.focus();
      }
    };
    document.addEventListener('keydown', keys);
    return () => {
      document.removeEventListener('keydown', keys);
      layers.splice(layers.indexOf(box), 1);
      if (before?.isConnected) before.focus({ preventScroll: true });
    };
  }, [ref, first]);
}

export type Anchor = HTMLElement | DOMRect;
const rectOf = (anchor: Anchor): DOMRect => (anchor instanceof HTMLElement ? anchor.getBoundingClientRect() : anchor);

/** A box beside its anchor that stays on the screen. Outside presses and Esc close it. */
export function Popover({
  anchor,
  onClose,
  children,
  className = '',
  align = 'start',
  label,
}: {
  anchor: Anchor;
  onClose: () => void;
  children: ReactNode;
  className?: string;
  align?: 'start' | 'end';
  label?: string;
}) {
  const ref = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<{ left: number; top: number } | null>(null);
  const close = useRef(onClose);
  close.current = onClose;
  useFocusTrap(ref, onClose);
  useLayoutEffect(() => {
    const place = () => {
      const box = ref.current;
      if (!box) return;
      const a = rectOf(anchor);
      const { offsetWidth: w, offsetHeight: h } = box;
      let left = align === 'end' ? a.right - w : a.left;
      left = Math.max(8, Math.min(left, innerWidth - w - 8));
      let top = a.bottom + 4;
      if (top + h > innerHeight - 8) top = a.top - h - 4 >= 8 ? a.top - h - 4 : Math.max(8, innerHeight - h - 8);
      setAt((old) => (old && old.left === left && old.top === top ? old : { left, top }));
    };
    place();
    const watch = new ResizeObserver(place);
    if (ref.current) watch.observe(ref.current);
    addEventListener('resize', place);
    return () => {
      watch.disconnect();
      removeEventListener('resize', place);
    };
  }, [anchor, align]);
  useEffect(() => {
    const press = (e: PointerEvent) => {
      const target = e.target as HTMLElement;
      if (ref.current?.contains(target)) return;
      // lists of the hard widgets live beside, not inside
      if (target.closest('.ant-select-dropdown,.ant-cascader-dropdown,.pop,.dialog')) return;
      close.current();
    };
    addEventListener('pointerdown', press, true);
    return () => removeEventListener('pointerdown', press, true);
  }, []);
  return createPortal(
    <div
      ref={ref}
      className={`pop ${className}`}
      role="dialog"
      aria-label={label}
      tabIndex={-1}
      style={at ? { left: at.left, top: at.top } : { left: 0, top: 0, visibility: 'hidden' }}
    >
      {children}
    </div>,
    document.body,
  );
}

/** A button that opens a Popover under itself. */
export function Pop({
  button,
  children,
  align,
  label,
  className = 'pad',
}: {
  button: (toggle: (e: React.MouseEvent<HTMLElement>) => void, open: boolean) => ReactNode;
  children: (close: () => void) => ReactNode;
  align?: 'start' | 'end';
  label?: string;
  className?: string;
}) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const close = () => setAnchor(null);
  return (
    <>
      {button((e) => setAnchor(anchor ? null : e.currentTarget), !!anchor)}
      {anchor && (
        <Popover anchor={anchor} onClose={close} align={align} label={label} className={className}>
          {children(close)}
        </Popover>
      )}
    </>
  );
}
