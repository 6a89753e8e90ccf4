import { Link } from '@tanstack/react-router';
import { Phone, Star } from 'lucide-react';
import { useDictionaries } from '@/api/shared';
import type { Contact } from '@/api/types';
import { useWord } from '@/app/words';
import { type Kit, useListColumns } from '@/features/view/list';
import { IconButton } from '@/kit/button';
import { Avatar, Chip } from '@/kit/chips';
import type { Column } from '@/kit/table';
import { useReveal } from './reveal';

const WIDTH = { customer_id: 200, title: 100, role: 112, mobile: 122, mobile2: 122, wechat: 118, wechat_state: 96, email: 150 };

/** The name first, the call last; between them what the list was told to show. */
export function useColumns(list: Kit): Column<Contact>[] {
  const t = useWord();
  const dictionaries = useDictionaries();
  const reveal = useReveal();
  const columns = useListColumns<Contact>(
    list,
    () => ({
      width: 150,
      render: (p) => (
        <Link to="/customers/$id" params={{ id: p.customer_id }} search={{ tab: 'contacts' }} className="cname">
          <Avatar name={p.name} size={24} />
          <b className="cut">{p.name}</b>
          {p.primary && <Star size={12} fill="var(--amber-d)" color="var(--amber-d)" aria-label={t('contact.field.primary')} />}
        </Link>
      ),
    }),
    {
      customer_id: (p) => (
        <Link to="/customers/$id" params={{ id: p.customer_id }} className="cut link plain">
          {p.customer_name ?? '—'}
        </Link>
      ),
      role: (p) => (p.role ? <Chip>{dictionaries.label('contact_role', p.role)}</Chip> : <span className="mut">—</span>),
      wechat_state: (p) =>
        p.wechat_state ? (
          <Chip tone={p.wechat_state === 'added' ? 'green' : 'gray'}>{dictionaries.label('wechat_state', p.wechat_state)}</Chip>
        ) : (
          <span className="mut">—</span>
        ),
    },
    WIDTH,
  );
  return [
    ...columns,
    {
      key: 'call',
      title: <span className="sr">{t('contact.verb.call')}</span>,
      width: 50,
      align: 'right',
      render: (p) =>
        (p.mobile || p.mobile2 || p.phone) && (
          <IconButton
            small
            label={t('contact.verb.call_name', { name: p.name })}
            onClick={() => reveal.call(p.id, p.mobile ? 'mobile' : p.mobile2 ? 'mobile2' : 'phone', { may: { add: true } as never })}
          >
            <Phone size={14} />
          </IconButton>
        ),
    },
  ];
}
