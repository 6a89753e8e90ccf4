import { useSyncExternalStore } from 'react';
import type { CustomerRecord } from '@/api/types';
import type { Kept } from '@/features/attachment/data';

/** What stands open above the pages. One place, so that keys, palette, tab bar and pages open the same things. */
export type Open =
  | { what: 'palette' }
  | { what: 'plus' }
  | { what: 'quick'; name?: string }
  | { what: 'form'; id?: string; only?: string[] }
  | { what: 'write'; id?: string; name?: string }
  | { what: 'task'; id?: string; customer?: { id: string; name: string }; due?: string }
  | { what: 'need' | 'feedback'; id?: string; customer?: { id: string; name: string } }
  | { what: 'order'; id?: string; customer?: { id: string; name: string } }
  | { what: 'segment'; id?: string; filter?: string }
  | { what: 'winback'; id?: string; customer: { id: string; name: string }; segment?: string }
  | { what: 'trial'; id?: string; customer: { id: string; name: string } }
  | { what: 'archive'; customer: CustomerRecord }
  | { what: 'files'; files: Kept[]; at: string }
  | { what: 'password' }
  | { what: 'check' }
  | { what: 'keys' }
  | null;

/** dock: files are on their way, or did not get there. */
type State = { open: Open; dock: boolean; theme: 'light' | 'dark'; phone: boolean };

const narrow = typeof matchMedia === 'undefined' ? null : matchMedia('(max-width: 767px)');
let state: State = {
  open: null,
  dock: false,
  theme: typeof document !== 'undefined' && document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light',
  phone: !!narrow?.matches,
};
const listeners = new Set<() => void>();
function set(change: Partial<State>) {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
}
narrow?.addEventListener('change', () => set({ phone: narrow.matches }));

export function useUI<T>(pick: (state: State) => T): T {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => pick(state),
  );
}
export const usePhone = () => useUI((s) => s.phone);
export const openIt = (open: Open) => set({ open });
export const closeIt = () => set({ open: null });
export const showDock = () => set({ dock: true });
export const nothingOpen = () => state.open === null;

export function setTheme(theme: 'light' | 'dark') {
  document.documentElement.dataset.theme = theme;
  localStorage.setItem('zk.theme', theme);
  set({ theme });
}
export const toggleTheme = () => setTheme(state.theme === 'dark' ? 'light' : 'dark');

/** A key belongs to the page only if nobody is typing; Chinese input methods send keys while composing. */
export function forPage(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  return !(
    event.isComposing ||
    event.metaKey ||
    event.ctrlKey ||
    event.altKey ||
    /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
    target.isContentEditable
  );
}
