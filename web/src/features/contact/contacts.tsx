import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Contact as ContactIcon, Copy, Ellipsis, MessageCircle, Pencil, Phone, Plus, Star, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { patch, remove } from '@/api/client';
import { useDictionaries, useMay } from '@/api/shared';
import type { Contact, ContactField, CustomerRecord } from '@/api/types';
import { useWord } from '@/app/words';
import { Confirmed } from '@/features/confirm/mark';
import { OwnValues } from '@/features/field/section';
import { Button, IconButton } from '@/kit/button';
import { Avatar, Chip } from '@/kit/chips';
import { confirm } from '@/kit/dialog';
import { openMenu } from '@/kit/menu';
import { Empty, Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';
import { Affiliates, AlsoAt } from './affiliates';
import { contactsOf } from './data';
import { useReveal } from './reveal';
import { ContactSheet } from './sheet';

const REACH: ContactField[] = ['mobile', 'mobile2', 'phone', 'wechat', 'email'];

/** The people of a customer. Numbers stay masked; calling, copying and looking are acts of their own. */
export function ContactList({ customer: c, compact }: { customer: CustomerRecord; compact?: boolean }) {
  const t = useWord();
  const may = useMay();
  const client = useQueryClient();
  const dictionaries = useDictionaries();
  const reveal = useReveal();
  const { data, error, refetch } = useQuery(contactsOf(c.id));
  const [editing, setEditing] = useState<Contact | 'new' | null>(null);
  const writes = may('contact.write') && c.may.add;
  const fresh = () => {
    void client.invalidateQueries({ queryKey: ['contacts'] });
    void client.invalidateQueries({ queryKey: ['confirmations', c.id] });
    void client.invalidateQueries({ queryKey: ['customers', 'one', c.id] });
  };
  const makePrimary = (p: Contact) =>
    void patch(`/contacts/${p.id}`, { primary: true }, p.version).then(() => {
      fresh();
      tell(t('contact.state.primary', { name: p.name }));
    }, tellError);
  const drop = async (p: Contact) => {
    if (!(await confirm(t('contact.ask.delete', { name: p.name }), t('contact.ask.delete_text'), t('app.verb.delete')))) return;
    await remove<true | undefined>(`/contacts/${p.id}`, p.version).then((waits) => {
      fresh();
      tell(waits ? t('keychange.state.drop_waits', { name: p.name }) : t('app.state.deleted'));
    }, tellError);
  };
  const more = (anchor: HTMLElement, p: Contact) =>
    openMenu({
      anchor,
      align: 'end',
      items: [
        ...(writes ? [{ key: 'edit', label: t('app.verb.edit'), icon: <Pencil size={15} />, run: () => setEditing(p) }] : []),
        ...(writes && !p.primary
          ? [{ key: 'primary', label: t('contact.verb.make_primary'), icon: <Star size={15} />, run: () => makePrimary(p) }]
          : []),
        ...(c.may.reveal
          ? REACH.filter((f) => p[f]).map((f) => ({
              key: f,
              label: t('contact.verb.copy_field', { field: t(`contact.field.${f}`) }),
              icon: <Copy size={15} />,
              run: () => reveal.copy(p.id, f, c),
            }))
          : []),
        ...(writes
          ? [
              { line: 'end' },
              { key: 'delete', label: t('app.verb.delete'), icon: <Trash2 size={15} />, danger: true, run: () => void drop(p) },
            ]
          : []),
      ],
    });
  const sheet = editing && <ContactSheet customer={c} contact={editing === 'new' ? undefined : editing} onClose={() => setEditing(null)} />;
  if (error) return <Failed error={error} retry={() => void refetch()} small />;
  if (!data) return <Lines count={compact ? 2 : 3} />;
  const people = data; // in the order of their roles, as the company lists those
  if (!people.length)
    return (
      <>
        {compact ? (
          <p className="field-help">{t('contact.empty.title')}</p>
        ) : (
          <Empty icon={ContactIcon} title={t('contact.empty.title')} hint={t('contact.empty.hint')} small>
            {writes && (
              <Button look="primary" icon={<Plus size={15} />} onClick={() => setEditing('new')}>
                {t('contact.verb.add')}
              </Button>
            )}
          </Empty>
        )}
        {!compact && <Affiliates customer={c} />}
        {sheet}
      </>
    );
  const line = (p: Contact) => [p.title, p.role && dictionaries.label('contact_role', p.role)].filter(Boolean).join(' · ');
  const tone = { support: 'green', supportive: 'green', neutral: 'gray', oppose: 'red', against: 'red', opposed: 'red' } as Record<
    string,
    string
  >;
  return (
    <>
      <ul className={compact ? 'people' : 'rows'}>
        {people.map((p) => (
          <li key={p.id}>
            <Avatar name={p.name} size={compact ? 28 : 36} />
            <div className="sp cut">
              <b className="row" style={{ gap: 4 }}>
                <span className="cut">{p.name}</span>
                {!compact && <Confirmed c={c} field="name" contact={p.id} />}
                {p.primary && <Star size={12} fill="var(--amber-d)" color="var(--amber-d)" aria-label={t('contact.field.primary')} />}
                {!compact && p.attitude && (
                  <Chip tone={dictionaries.value('attitude', p.attitude)?.color ?? tone[p.attitude]}>
                    {dictionaries.label('attitude', p.attitude)}
                  </Chip>
                )}
                {!compact && p.wechat_state && (
                  <Chip tone={p.wechat_state === 'added' ? 'green' : 'gray'}>
                    {t('contact.label.wechat_state', { state: dictionaries.label('wechat_state', p.wechat_state) })}
                  </Chip>
                )}
              </b>
              <small className="cut" style={{ display: 'block' }}>
                {line(p) || (compact && (p.mobile ?? p.wechat)) || '—'}
                {!compact && p.title && <Confirmed c={c} field="title" contact={p.id} />}
              </small>
              {!compact && <AlsoAt places={p.also_at} />}
              {!compact && <OwnValues kind="contact" custom={p.custom} />}
              {!compact && (
                <span className="row wrap" style={{ marginTop: 2, columnGap: 14, rowGap: 2 }}>
                  {REACH.filter((f) => p[f]).map((f) => (
                    <span key={f} className="row" style={{ gap: 0 }}>
                      <Masked contact={p} field={f} customer={c} />
                      {f === 'mobile' && <Confirmed c={c} field="mobile" contact={p.id} />}
                    </span>
                  ))}
                </span>
              )}
            </div>
            {c.may.reveal && (p.mobile || p.mobile2 || p.phone) && (
              <IconButton
                small={compact}
                label={t('contact.verb.call_name', { name: p.name })}
                onClick={() => reveal.call(p.id, p.mobile ? 'mobile' : p.mobile2 ? 'mobile2' : 'phone', c)}
              >
                <Phone size={15} />
              </IconButton>
            )}
            {c.may.reveal && p.wechat && !(compact && p.mobile) && (
              <IconButton
                small={compact}
                label={t('contact.verb.copy_wechat', { name: p.name })}
                onClick={() => reveal.copy(p.id, 'wechat', c)}
              >
                <MessageCircle size={15} />
              </IconButton>
            )}
            {(writes || c.may.reveal) && (
              <IconButton small={compact} label={t('app.verb.more')} aria-haspopup="menu" onClick={(e) => more(e.currentTarget, p)}>
                <Ellipsis size={15} />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
      {!compact && writes && (
        <Button icon={<Plus size={15} />} style={{ marginTop: 12 }} onClick={() => setEditing('new')}>
          {t('contact.verb.add')}
        </Button>
      )}
      {!compact && <Affiliates customer={c} />}
      {sheet}
    </>
  );
}

/** A masked value that shows itself for half a minute when asked. */
export function Masked({
  contact: p,
  field,
  customer,
}: {
  contact: Contact;
  field: ContactField;
  customer: Pick<CustomerRecord, 'may'> | undefined;
}) {
  const t = useWord();
  const reveal = useReveal();
  const [clear, setClear] = useState<string | null>(null);
  const show = async () => {
    if (clear) return setClear(null);
    const value = await reveal.show(p.id, field, customer);
    if (!value) return;
    setClear(value);
    setTimeout(() => setClear(null), 30_000);
  };
  const text = (
    <>
      <small>{t(`contact.field.${field}`)}</small> <span className="tn">{clear ?? p[field]}</span>
    </>
  );
  if (!customer?.may?.reveal) return <span className="tx2 masked">{text}</span>;
  return (
    <button type="button" className="tx2 masked" title={t(clear ? 'app.verb.hide' : 'contact.verb.reveal')} onClick={() => void show()}>
      {text}
    </button>
  );
}
