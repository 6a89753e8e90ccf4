import { useSyncExternalStore } from 'react';

/** How the page stands to the server: whether it is reached, and whether its session ended under the user's hands. */
type State = { online: boolean; ended: boolean };
let state: State = { online: typeof navigator === 'undefined' || navigator.onLine !== false, ended: false };
const listeners = new Set<() => void>();
const set = (change: Partial<State>) => {
  if ((Object.keys(change) as (keyof State)[]).every((k) => state[k] === change[k])) return;
  state = { ...state, ...change };
  for (const listener of listeners) listener();
};
export const useStanding = (): State =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );

/** Said by whoever asked the server: it answered, or nobody did. */
export const reached = (online: boolean) => set({ online });

let going = false;
/** Whoever signs out himself is not asked back. */
export const goingOut = (is: boolean) => {
  going = is;
};

let waiting: Promise<boolean> | null = null;
let resolve: ((back: boolean) => void) | null = null;
/** Asks whoever sits there to come back in, once for all that wait: true when the same person is in again. */
export function askBack(): Promise<boolean> {
  if (going) return Promise.resolve(false);
  waiting ??= new Promise<boolean>((done) => {
    resolve = done;
    set({ ended: true });
  });
  return waiting;
}
export function cameBack(back: boolean) {
  resolve?.(back);
  [waiting, resolve] = [null, null];
  set({ ended: false });
}
