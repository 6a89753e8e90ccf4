import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { patch, post } from '@/api/client';
import type { Contact, Customer } from '@/api/types';
import { useWord, wordOr } from '@/app/words';
import { type Errors, errorsOf, goToFirst } from '@/features/customer/save';
import { OwnFields, useOwn } from '@/features/field/section';
import { HeldNote } from '@/features/keychange/note';
import { tellHeld } from '@/features/keychange/told';
import { Button } from '@/kit/button';
import { Check } from '@/kit/inputs';
import { Sheet } from '@/kit/sheet';
import { tell } from '@/kit/toast';
import { type ContactDraft, ContactFields } from './fields';

const ALL: (keyof Contact)[] = [
  'name',
  'salutation',
  'title',
  'department',
  'mobile',
  'mobile2',
  'phone',
  'email',
  'wechat',
  'wechat_state',
  'preferred_channel',
  'role',
  'reports_to',
  'influence',
  'attitude',
  'birthday',
  'consent',
  'consent_on',
  'consent_source',
  'note',
];

export function ContactSheet({
  customer,
  contact,
  onClose,
}: {
  customer: Pick<Customer, 'id' | 'contacts_count'>;
  contact?: Contact;
  onClose: () => void;
}) {
  const t = useWord();
  const client = useQueryClient();
  const [draft, setDraft] = useState<ContactDraft>({});
  const [primary, setPrimary] = useState(contact?.primary ?? customer.contacts_count === 0);
  const own = useOwn('contact', contact?.custom);
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const save = async () => {
    const name = 'name' in draft ? draft.name : contact?.name;
    const found = own.check();
    if (!String(name ?? '').trim()) found.name = t('app.error.required', { label: t('contact.field.name') });
    setErrors(found);
    if (Object.keys(found).length) return goToFirst(found);
    setBusy(true);
    try {
      const body = { ...draft, ...own.body(), ...(primary !== (contact?.primary ?? false) ? { primary } : {}) };
      const said = Object.keys(draft);
      const kept = contact
        ? await patch<Contact>(`/contacts/${contact.id}`, body, contact.version)
        : await post<Contact>(`/customers/${customer.id}/contacts`, body);
      void client.invalidateQueries({ queryKey: ['contacts'] });
      void client.invalidateQueries({ queryKey: ['customers', 'one', customer.id] });
      void client.invalidateQueries({ queryKey: ['timeline', customer.id] });
      const label = (f: string) =>
        f === 'contact' ? t('keychange.label.contact_named', { name: String(name) }) : wordOr(`contact.field.${f}`, f);
      if (!tellHeld(kept.pending, contact ? said : ['contact'], label)) tell(t('app.state.saved'));
      onClose();
    } catch (e) {
      setBusy(false);
      const found = errorsOf(e, (f) => ALL.includes(f as keyof Contact) || own.knows(f));
      setErrors(found);
      goToFirst(found);
    }
  };
  return (
    <Sheet
      title={t(contact ? 'contact.title.edit' : 'contact.verb.add')}
      onClose={onClose}
      dirty={Object.keys(draft).length > 0 || own.dirty}
      onSubmit={() => void save()}
      footer={
        <>
          <Check checked={primary} onChange={setPrimary} disabled={contact?.primary}>
            {t('contact.field.primary')}
          </Check>
          <span className="sp" />
          <Button onClick={onClose}>{t('app.verb.cancel')}</Button>
          <Button look="primary" busy={busy} onClick={() => void save()} keys={['Ctrl', '↵']}>
            {t('app.verb.save')}
          </Button>
        </>
      }
    >
      <div className="form">
        {errors.all && <div className="notice tone-red">{errors.all}</div>}
        {contact && <HeldNote customer={customer.id} contact={contact.id} />}
        <ContactFields draft={draft} onChange={setDraft} errors={errors} names={ALL} start={contact} customer={customer.id} />
        <OwnFields own={own} errors={errors} at={contact && `/contacts/${contact.id}`} onTouch={() => setErrors({})} />
        {contact && <p className="field-help">{t('contact.hint.masked')}</p>}
      </div>
    </Sheet>
  );
}
