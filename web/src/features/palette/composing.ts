import { useEffect } from 'react';

/** While an input method composes, Enter takes its word and Esc drops it: neither may choose here or close. */
export function useQuietWhileComposing() {
  useEffect(() => {
    // before anything else hears of it, the dialog's own Esc included; the input method has the key all the same
    const quiet = (e: KeyboardEvent) => (e.isComposing || e.keyCode === 229) && e.stopPropagation();
    addEventListener('keydown', quiet, true);
    return () => removeEventListener('keydown', quiet, true);
  }, []);
}
