import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Ellipsis, Link2, Pencil, UserMinus } from 'lucide-react';
import { useState } from 'react';
import { patch, post, remove } from '@/api/client';
import { useDictionaries, useMay } from '@/api/shared';
import type { CustomerRecord } from '@/api/types';
import { useWord } from '@/app/words';
import { type Errors, errorsOf, goToFirst } from '@/features/customer/save';
import { Button, IconButton } from '@/kit/button';
import { Avatar, Chip } from '@/kit/chips';
import { confirm } from '@/kit/dialog';
import { Choices, FormField, Input } from '@/kit/inputs';
import { openMenu } from '@/kit/menu';
import { Select } from '@/kit/pick';
import { Sheet } from '@/kit/sheet';
import { tell, tellError } from '@/kit/toast';
import { type Affiliate, affiliatesOf, contactsNamed, type Place } from './data';

/** The further customers of a person, as far as one sees them. */
export function AlsoAt({ places, home }: { places: Place[] | undefined; home?: boolean }) {
  const t = useWord();
  if (!places?.length) return null;
  return (
    <small className="row wrap also">
      {places.map((p) => (
        <span key={p.customer_id} className="row">
          {t(p.home && home ? 'contact.label.home' : 'contact.label.also_at')}
          <Link to="/customers/$id" params={{ id: p.customer_id }} search={{ tab: 'contacts' }} className="link">
            {p.name ?? '—'}
          </Link>
          {p.title && <span className="tx2">{p.title}</span>}
        </span>
      ))}
    </small>
  );
}

/** People whose home is another customer, and who belong to this one too. */
export function Affiliates({ customer: c }: { customer: CustomerRecord }) {
  const t = useWord();
  const may = useMay();
  const client = useQueryClient();
  const dictionaries = useDictionaries();
  const { data } = useQuery(affiliatesOf(c.id));
  const [editing, setEditing] = useState<Affiliate | 'new' | null>(null);
  const writes = may('contact.write') && c.may.change && !c.deleted_at;
  const fresh = () => {
    void client.invalidateQueries({ queryKey: ['contacts'] });
    void client.invalidateQueries({ queryKey: ['timeline', c.id] });
  };
  const end = async (a: Affiliate) => {
    if (
      !(await confirm(
        t('contact.ask.end_affiliate', { name: a.name }),
        t('contact.ask.end_affiliate_text'),
        t('contact.verb.end_affiliate'),
      ))
    )
      return;
    await remove(`/affiliates/${a.id}`, a.version).then(() => {
      fresh();
      tell(t('app.state.saved'));
    }, tellError);
  };
  if (!data || (!data.length && !writes)) return null;
  return (
    <section className="affiliates" aria-label={t('contact.title.affiliates')}>
      <div className="row">
        <h2 className="svc-head">{t('contact.title.affiliates')}</h2>
        <span className="sp" />
        {writes && (
          <Button size="sm" icon={<Link2 size={14} />} onClick={() => setEditing('new')}>
            {t('contact.verb.affiliate')}
          </Button>
        )}
      </div>
      {!data.length && <p className="field-help">{t('contact.hint.affiliates')}</p>}
      <ul className="rows">
        {data.map((a) => (
          <li key={a.id}>
            <Avatar name={a.name} size={36} />
            <div className="sp cut">
              <b className="row" style={{ gap: 4 }}>
                <span className="cut">{a.name}</span>
                <Chip tone="teal">{t('chain.state.affiliate')}</Chip>
              </b>
              <small className="cut" style={{ display: 'block' }}>
                {[a.title, a.role && dictionaries.label('contact_role', a.role)].filter(Boolean).join(' · ') || '—'}
              </small>
              <AlsoAt places={a.also_at} home />
            </div>
            {writes && (
              <IconButton
                label={t('app.verb.more')}
                aria-haspopup="menu"
                onClick={(e) =>
                  openMenu({
                    anchor: e.currentTarget,
                    align: 'end',
                    items: [
                      { key: 'edit', label: t('app.verb.edit'), icon: <Pencil size={15} />, run: () => setEditing(a) },
                      { line: 'end' },
                      {
                        key: 'end',
                        label: t('contact.verb.end_affiliate'),
                        icon: <UserMinus size={15} />,
                        danger: true,
                        run: () => void end(a),
                      },
                    ],
                  })
                }
              >
                <Ellipsis size={15} />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
      {editing && (
        <AffiliateSheet
          customer={c.id}
          affiliate={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(null)}
          onSaved={fresh}
        />
      )}
    </section>
  );
}

function AffiliateSheet({
  customer,
  affiliate: a,
  onClose,
  onSaved,
}: {
  customer: string;
  affiliate?: Affiliate;
  onClose: () => void;
  onSaved: () => void;
}) {
  const t = useWord();
  const dictionaries = useDictionaries();
  const [q, setQ] = useState('');
  const found = useQuery(contactsNamed(q));
  const [who, setWho] = useState<{ value: string; label: string } | null>(null);
  const [title, setTitle] = useState(a?.title ?? '');
  const [role, setRole] = useState<string | null>(a?.role ?? null);
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const options = (found.data ?? [])
    .filter((p) => p.customer_id !== customer)
    .map((p) => ({ value: p.id, label: p.name, hint: [p.customer_name, p.title].filter(Boolean).join(' · ') }));
  const save = async () => {
    if (!a && !who) {
      const none = { contact_id: t('app.error.required', { label: t('contact.field.person') }) };
      setErrors(none);
      return goToFirst(none);
    }
    setBusy(true);
    try {
      if (a) await patch(`/affiliates/${a.id}`, { title, role: role ?? '' }, a.version);
      else await post(`/customers/${customer}/affiliates`, { contact_id: who?.value, title, role: role ?? '' });
      onSaved();
      tell(t('app.state.saved'));
      onClose();
    } catch (e) {
      setBusy(false);
      const wrong = errorsOf(e, (f) => ['contact_id', 'title', 'role'].includes(f));
      setErrors(wrong);
      goToFirst(wrong);
    }
  };
  return (
    <Sheet
      title={a ? a.name : t('contact.verb.affiliate')}
      onClose={onClose}
      dirty={!!who || title !== (a?.title ?? '') || role !== (a?.role ?? null)}
      onSubmit={() => void save()}
      footer={
        <>
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
        {!a && (
          <FormField name="contact_id" label={t('contact.field.person')} error={errors.contact_id} help={t('contact.hint.affiliate')}>
            {(id) => (
              <Select
                id={id}
                value={who?.value ?? null}
                options={who && !options.some((o) => o.value === who.value) ? [who, ...options] : options}
                onSearch={setQ}
                loading={found.isFetching}
                invalid={!!errors.contact_id}
                placeholder={t('contact.hint.person')}
                onChange={(next) => {
                  const o = options.find((x) => x.value === next);
                  setWho(o ? { value: o.value, label: o.label } : null);
                }}
              />
            )}
          </FormField>
        )}
        <FormField name="title" label={t('contact.field.title_here')} error={errors.title} optional>
          {(id) => <Input id={id} value={title} onChange={setTitle} maxLength={60} invalid={!!errors.title} />}
        </FormField>
        <FormField name="role" label={t('contact.field.role_here')} error={errors.role} optional>
          {(id) => (
            <Choices
              id={id}
              label={t('contact.field.role_here')}
              value={role}
              onChange={setRole}
              options={dictionaries.values('contact_role').map((v) => ({ code: v.code, label: v.label }))}
            />
          )}
        </FormField>
      </div>
    </Sheet>
  );
}
