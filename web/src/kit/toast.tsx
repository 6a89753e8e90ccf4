import { CircleAlert, CircleCheck } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { said } from '@/api/client';
import { word } from '@/app/words';

type Toast = { id: number; text: string; bad: boolean; label?: string; act?: () => void };
let shown: Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();
function set(next: Toast[]) {
  shown = next;
  for (const listener of listeners) listener();
}
const dismiss = (id: number) => set(shown.filter((t) => t.id !== id));

function show(toast: Omit<Toast, 'id'>, ms: number) {
  const id = ++last;
  // only the newest change can be taken back: an older undo would carry a version that is gone
  const rest = toast.act ? shown.filter((t) => !t.act) : shown;
  set([...rest.slice(-2), { ...toast, id }]);
  setTimeout(() => dismiss(id), ms);
  return id;
}
export const tell = (text: string, label?: string, act?: () => void) => show({ text, bad: false, label, act }, act ? 8000 : 3000);
/** Stands until it is over. */
export const tellWhile = (text: string) => dismiss.bind(null, show({ text, bad: false }, 3_600_000));
/** A change that happened, with eight seconds to take it back. */
export const tellUndo = (text: string, undo: () => void) => tell(text, word('app.verb.undo'), undo);
export const tellError = (error: unknown) => show({ text: typeof error === 'string' ? error : said(error), bad: true }, 5000);

export function Toaster() {
  const list = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
  return (
    <div className="toaster" role="status" aria-live="polite">
      {list.map((t) => (
        <div key={t.id} className="toast">
          {t.bad ? <CircleAlert size={16} color="var(--red-d)" /> : <CircleCheck size={16} color="var(--green-d)" />}
          <span>{t.text}</span>
          {t.act && (
            <button
              type="button"
              onClick={() => {
                dismiss(t.id);
                t.act?.();
              }}
            >
              {t.label}
            </button>
          )}
        </div>
      ))}
    </div>
  );
}
