import { keep, kept } from '@/app/store';

/** The customers opened lately on this device: ids alone, so that nothing of theirs lies in the browser, and each person's apart. */
const MOST = 12;
const KEY = (me: string) => `seen.${me}`;

export const seenBy = (me: string): string[] => {
  const ids = kept<unknown>(KEY(me));
  return Array.isArray(ids) ? ids.filter((x): x is string => typeof x === 'string').slice(0, MOST) : [];
};
export const noteSeen = (me: string, id: string) => keep(KEY(me), [id, ...seenBy(me).filter((x) => x !== id)].slice(0, MOST));
