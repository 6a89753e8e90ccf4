import type { components } from '@/api/schema.gen';
import { word } from '@/app/words';
import { tell } from '@/kit/toast';

export type Waiting = components['schemas']['HeldWaiting'];

/** Of the fields that were just said, those that wait for somebody. */
export const heldOf = (waiting: Waiting | null | undefined, said: string[]): string[] =>
  said.filter((name) => waiting?.fields?.includes(name));

export const whoDecides = (name: string | null | undefined): string => name || word('keychange.who.administrator');

/** Says what of a save waits, and for whom; false where nothing does. */
export function tellHeld(waiting: Waiting | null | undefined, said: string[], label: (field: string) => string): boolean {
  const held = heldOf(waiting, said);
  if (!waiting || !held.length) return false;
  const words = { fields: held.map(label).join(word('keychange.label.and')), who: whoDecides(waiting.waits_for) };
  tell(word(held.length < said.length ? 'keychange.state.some_wait' : 'keychange.state.waits', words));
  return true;
}
