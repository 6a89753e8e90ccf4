import { Link } from '@tanstack/react-router';
import { Phone, Star } from 'lucide-react';
import { useMemo } from 'react';
import { useDictionaries, useFields } from '@/api/shared';
import type { Contact } from '@/api/types';
import { useWord } from '@/app/words';
import { IconButton } from '@/kit/button';
import { Avatar, Chip } from '@/kit/chips';
import type { Column } from '@/kit/table';
import { FieldValue } from '@/kit/value';
import { useReveal } from './reveal';

const WIDTH: Record<string, number> = {
  customer_id: 200,
  title: 100,
  role: 112,
  mobile: 122,
  mobile2: 122,
  wechat: 118,
  wechat_state: 96,
  email: 150,
};

/** The name first, the call last; between them what the list was told to show. */
export function useColumns(names: string[]): Column<Contact>[] {
  const t = useWord();
  const fields = useFields('contact');
  const dictionaries = useDictionaries();
  const reveal = useReveal();
  return useMemo(() => {
    const byName = new Map(fields?.map((f) => [f.name, f]));
    const cell = (name: string, p: Contact) => {
      const f = byName.get(name);
      const value = f?.custom ? p.custom?.[name] : p[name as keyof Contact];
      switch (name) {
        case 'customer_id':
          return (
            <Link to="/customers/$id" params={{ id: p.customer_id }} className="cut link plain">
              {p.customer_name ?? '—'}
            </Link>
          );
        case 'role':
          return p.role ? <Chip>{dictionaries.label('contact_role', p.role)}</Chip> : <span className="mut">—</span>;
        case 'wechat_state':
          return p.wechat_state ? (
            <Chip tone={p.wechat_state === 'added' ? 'green' : 'gray'}>{dictionaries.label('wechat_state', p.wechat_state)}</Chip>
          ) : (
            <span className="mut">—</span>
          );
        default:
          return <span className="tx2 cut">{f && <FieldValue field={f} value={value} />}</span>;
      }
    };
    return [
      {
        key: 'name',
        title: byName.get('name')?.label ?? t('contact.field.name'),
        width: 150,
        sortable: byName.get('name')?.sortable,
        render: (p: Contact) => (
          <Link to="/customers/$id" params={{ id: p.customer_id }} search={{ tab: 'contacts' }} className="cname">
            <Avatar name={p.name} size={24} />
            <b className="cut">{p.name}</b>
            {p.primary && <Star size={12} fill="var(--amber-d)" color="var(--amber-d)" aria-label={t('contact.field.primary')} />}
          </Link>
        ),
      },
      ...names.flatMap((name): Column<Contact>[] => {
        const f = byName.get(name);
        if (!f) return [];
        const right = f.kind === 'money' || f.kind === 'number' ? ('right' as const) : undefined;
        return [{ key: name, title: f.label, width: WIDTH[name] ?? 130, align: right, sortable: f.sortable, render: (p) => cell(name, p) }];
      }),
      {
        key: 'call',
        title: <span className="sr">{t('contact.verb.call')}</span>,
        width: 50,
        align: 'right' as const,
        render: (p: Contact) =>
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
  }, [t, fields, dictionaries, reveal, names]);
}
