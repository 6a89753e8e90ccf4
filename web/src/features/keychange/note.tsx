import { useQuery } from '@tanstack/react-query';
import { useFields } from '@/api/shared';
import { useWord, wordOr } from '@/app/words';
import { keyChangesOf } from './data';
import { whoDecides } from './told';

/** In a form: what of this record was asked before and waits, so that nobody thinks it was lost. */
export function HeldNote({ customer, contact }: { customer: string; contact?: string }) {
  const t = useWord();
  const fields = useFields('customer');
  const { data } = useQuery(keyChangesOf(customer));
  const open = data?.filter(
    (r) => r.state === 'open' && (contact ? r.contact_id === contact && r.kind === 'contact' : r.kind === 'customer'),
  );
  if (!open?.length) return null;
  const called = (name: string) =>
    contact
      ? wordOr(`contact.field.${name}`, name)
      : (fields?.find((f) => f.name === name)?.label ?? wordOr(`customer.field.${name}`, name));
  return (
    <div className="notice tone-amber">
      {open.map((r) => (
        <p key={r.id} style={{ margin: 0 }}>
          {t('keychange.hint.waits', {
            fields: (r.fields ?? []).map((f) => called(f.name)).join(t('keychange.label.and')),
            asker: r.asker_name ?? '—',
            who: whoDecides(r.waits_for),
          })}
        </p>
      ))}
    </div>
  );
}
