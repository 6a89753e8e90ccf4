import { type ReactNode, useRef, useState, useSyncExternalStore } from 'react';
import { createPortal } from 'react-dom';
import { useWord } from '@/app/words';
import { Button } from './button';
import { useFocusTrap } from './float';

type Ask<T> = {
  title: string;
  text?: string;
  ok?: string;
  danger?: boolean;
  /** The form inside; it says its value, undefined while it is not ready to be sent. */
  form?: (value: T | undefined, set: (value: T | undefined) => void, send: (value: T) => void) => ReactNode;
  value?: T;
};
type Open = Ask<unknown> & { done: (value: unknown) => void };
let open: Open | null = null;
const listeners = new Set<() => void>();
function set(next: Open | null) {
  open = next;
  for (const listener of listeners) listener();
}

/** Asks something and waits; null means no. */
export function ask<T>(what: Ask<T>): Promise<T | null> {
  return new Promise((resolve) => set({ ...(what as Ask<unknown>), done: resolve as (value: unknown) => void }));
}
/** For what cannot be undone. */
export const confirm = (title: string, text: string, ok: string): Promise<boolean> =>
  ask<true>({ title, text, ok, danger: true, value: true }).then((value) => value === true);

export function DialogHost() {
  const asked = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => open,
  );
  return asked ? createPortal(<Box key={asked.title} asked={asked} />, document.body) : null;
}

function Box({ asked }: { asked: Open }) {
  const t = useWord();
  const ref = useRef<HTMLDivElement>(null);
  const [value, setValue] = useState<unknown>(asked.value);
  const finish = (answer: unknown) => {
    set(null);
    asked.done(answer);
  };
  useFocusTrap(ref, () => finish(null), 'input,textarea,select,.chips button,.primary');
  return (
    <>
      <div className="scrim over" aria-hidden="true" onClick={() => finish(null)} />
      <div ref={ref} className="dialog" role="dialog" aria-modal="true" aria-label={asked.title} tabIndex={-1}>
        <h2>{asked.title}</h2>
        {asked.text && <p>{asked.text}</p>}
        <form
          className="col"
          onSubmit={(e) => {
            e.preventDefault();
            if (value !== undefined) finish(value);
          }}
        >
          {asked.form?.(value, setValue, finish)}
          <footer role="none">
            <Button onClick={() => finish(null)}>{t('app.verb.cancel')}</Button>
            <Button type="submit" look="primary" danger={asked.danger} disabled={value === undefined}>
              {asked.ok ?? t('app.verb.ok')}
            </Button>
          </footer>
        </form>
      </div>
    </>
  );
}
