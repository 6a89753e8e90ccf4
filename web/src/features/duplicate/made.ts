import type { useNavigate } from '@tanstack/react-router';
import type { Customer } from '@/api/types';
import { word } from '@/app/words';
import { tell } from '@/kit/toast';

/** A new customer is told of; where others are like it, the way to them goes before the way to it. */
export function tellMade(made: Customer, open: () => void, navigate: ReturnType<typeof useNavigate>) {
  const count = made.suspects?.length ?? 0;
  if (!count) return tell(word('customer.state.created', { name: made.name }), word('app.verb.open'), open);
  tell(
    word('duplicate.state.created', { name: made.name, count }),
    word('duplicate.verb.look'),
    () => void navigate({ to: '/suspects', search: { customer: made.id } }),
  );
}
