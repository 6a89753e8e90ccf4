import { useNavigate } from '@tanstack/react-router';
import { CircleDashed, Send } from 'lucide-react';
import { useFields, useMay } from '@/api/shared';
import type { CustomerRecord } from '@/api/types';
import { openIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { useContactField } from '@/features/contact/fields';
import { openMenu } from '@/kit/menu';
import { tell } from '@/kit/toast';
import { useCustomerChange } from './change';

/** “还差 2 项可生效” is a chip, not a wall: it says what is missing and opens it. */
export function Missing({ c }: { c: CustomerRecord }) {
  const t = useWord();
  const may = useMay();
  const navigate = useNavigate();
  const fields = useFields('customer');
  const contactField = useContactField();
  const act = useCustomerChange();
  if (c.review === 'effective' || c.review === 'pending' || !c.may.change) return null;
  const missing = c.asked ?? []; // what others alone can fill is not asked of him
  if (!missing.length)
    return may('customer.submit') ? (
      <button type="button" className="chip tone-green" onClick={() => act.safely(act.submit)(c)}>
        <Send size={12} />
        {t('customer.verb.submit')}
      </button>
    ) : null;
  const own = missing.filter((m) => fields?.some((f) => f.name === m && !f.read_only));
  // a field that others alone see: he can say that there is one, and no more
  const unseen = (m: string) => m.startsWith('x_') && !fields?.some((f) => f.name === m);
  const label = (m: string) => fields?.find((f) => f.name === m)?.label ?? contactField((m.split('.').at(-1) ?? m) as 'name').label;
  return (
    <button
      type="button"
      className="chip tone-amber"
      aria-haspopup="menu"
      onClick={(e) =>
        openMenu({
          anchor: e.currentTarget,
          items: missing.map((m) => ({
            key: m,
            label: unseen(m)
              ? t('field.label.unseen')
              : m.startsWith('x_') || own.includes(m)
                ? label(m)
                : t('customer.label.of_contact', {
                    field: m === 'primary_contact' || m === 'contacts' ? t('contact.field.primary') : label(m),
                  }),
            icon: <CircleDashed size={14} />,
            run: () =>
              m.startsWith('x_') && !own.includes(m)
                ? tell(t('field.state.others'))
                : own.includes(m)
                  ? openIt({ what: 'form', id: c.id, only: own })
                  : void navigate({ to: '/customers/$id', params: { id: c.id }, search: { tab: 'contacts' } }),
          })),
        })
      }
    >
      <CircleDashed size={12} />
      {t('customer.label.missing', { count: missing.length })}
    </button>
  );
}
