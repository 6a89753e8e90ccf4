import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { post, Refused } from '@/api/client';
import { useDictionaries } from '@/api/shared';
import type { Customer } from '@/api/types';
import { closeIt, openIt, usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { LikeHint } from '@/features/duplicate/hint';
import { tellMade } from '@/features/duplicate/made';
import { isOf } from '@/features/field/own';
import { OwnFields, useOwn } from '@/features/field/section';
import { Button, Segmented } from '@/kit/button';
import { Check, FormField, Input } from '@/kit/inputs';
import { Sheet } from '@/kit/sheet';
import { Twin } from './parts';
import { type Errors, errorsOf, goToFirst, phoneOrWechat } from './save';

type Kind = Customer['kind'];
const blank = { name: '', contact: '', reach: '' };

/** Name, contact, telephone or 微信: nothing else stands between a call and a record. */
export default function QuickAdd({ name = '' }: { name?: string }) {
  const t = useWord();
  const phone = usePhone();
  const navigate = useNavigate();
  const client = useQueryClient();
  const dictionaries = useDictionaries();
  const [kind, setKind] = useState<Kind>('enterprise');
  const [form, setForm] = useState({ ...blank, name });
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const [again, setAgain] = useState(false);
  const [twin, setTwin] = useState(false);
  const own = useOwn('customer', null, (f) => f.required && isOf(f, kind, '')); // what every customer is asked for
  const person = kind === 'individual';
  const set = (field: keyof typeof blank) => (value: string) => {
    setForm((old) => ({ ...old, [field]: value }));
    setErrors(({ [field]: _gone, all: _all, ...rest }) => rest);
    if (field === 'name') setTwin(false);
  };
  const body = () => {
    const reach = phoneOrWechat(form.reach);
    const who = person ? form.name.trim() : form.contact.trim();
    return {
      kind,
      name: form.name.trim(),
      contacts: who || form.reach.trim() ? [{ name: who || form.name.trim(), ...reach, primary: true }] : [],
    };
  };
  const check = (): Errors => {
    const found: Errors = own.check(true);
    if (!form.name.trim())
      found.name = t('app.error.required', { label: t(person ? 'customer.field.person_name' : 'customer.field.name') });
    if (!person && form.reach.trim() && !form.contact.trim())
      found.contact = t('app.error.required', { label: t('customer.field.contact') });
    return found;
  };
  const save = async (duplicates?: 'new') => {
    const found = check();
    setErrors(found);
    if (Object.keys(found).length) return goToFirst(found);
    setBusy(true);
    try {
      const made = await post<Customer>('/customers', { ...body(), ...own.body(), duplicates });
      void client.invalidateQueries({ queryKey: ['customers'] });
      void client.invalidateQueries({ queryKey: ['home'] });
      const open = () => void navigate({ to: '/customers/$id', params: { id: made.id } });
      tellMade(made, open, navigate);
      setTwin(false);
      if (again) {
        setForm(blank);
        own.reset();
        setErrors({});
        setBusy(false);
        document.querySelector<HTMLElement>('.sheet [data-field="name"] input')?.focus();
      } else {
        closeIt();
        open();
      }
    } catch (e) {
      setBusy(false);
      const raw = errorsOf(
        e,
        (f) => own.knows(f) || f === 'name' || f.startsWith('contact') || ['mobile', 'phone', 'wechat', 'email'].includes(f),
      );
      const put: Errors = {};
      for (const [field, text] of Object.entries(raw))
        put[
          field === 'name' || field === 'all' || own.knows(field) ? field : /name$/.test(field) ? (person ? 'name' : 'contact') : 'reach'
        ] ??= text;
      setErrors(put);
      setTwin(e instanceof Refused && e.code === 'duplicate_same' && (e.first()?.field ?? 'name') === 'name');
      goToFirst(put);
    }
  };
  const dirty = !!(form.name || form.contact || form.reach || own.dirty);
  const kinds = dictionaries.values('customer_kind');
  return (
    <Sheet
      title={t('customer.verb.create')}
      onClose={closeIt}
      dirty={dirty && form.name !== name}
      onSubmit={() => void save()}
      footer={
        <>
          {!phone && (
            <Check checked={again} onChange={setAgain}>
              {t('customer.verb.save_again')}
            </Check>
          )}
          <span className="sp" />
          <Button onClick={() => openIt({ what: 'form' })} look="ghost">
            {t('customer.verb.full_form')}
          </Button>
          <Button look="primary" busy={busy} onClick={() => void save()} keys={['Ctrl', '↵']}>
            {t('app.verb.save')}
          </Button>
        </>
      }
    >
      <div className="form">
        <Segmented
          block
          label={t('customer.field.kind')}
          value={kind}
          onChange={setKind}
          options={(['enterprise', 'individual', 'institution'] as const).map((k) => ({
            value: k,
            label: kinds.find((v) => v.code === k)?.label ?? t(`customer.kind.${k}`),
          }))}
        />
        <FormField
          name="name"
          label={t(person ? 'customer.field.person_name' : 'customer.field.name')}
          error={errors.name && <Twin text={errors.name} on={twin} create={() => void save('new')} />}
          help={person ? undefined : <LikeHint ask={{ name: form.name }}>{t('customer.hint.name')}</LikeHint>}
        >
          {(id) => (
            <Input
              id={id}
              value={form.name}
              onChange={set('name')}
              invalid={!!errors.name}
              maxLength={120}
              autoFocus
              placeholder={t(person ? 'customer.hint.person_example' : 'customer.hint.name_example')}
            />
          )}
        </FormField>
        {!person && (
          <FormField name="contact" label={t('customer.field.contact')} error={errors.contact}>
            {(id) => (
              <Input
                id={id}
                value={form.contact}
                onChange={set('contact')}
                invalid={!!errors.contact}
                placeholder={t('customer.hint.contact')}
              />
            )}
          </FormField>
        )}
        <FormField
          name="reach"
          label={t('customer.field.reach')}
          error={errors.reach}
          help={
            <LikeHint ask={{ phone: form.reach }}>
              {form.reach.trim() && t(`customer.hint.reach_${'wechat' in phoneOrWechat(form.reach) ? 'wechat' : 'phone'}`)}
            </LikeHint>
          }
        >
          {(id) => (
            <Input id={id} value={form.reach} onChange={set('reach')} invalid={!!errors.reach} placeholder={t('customer.hint.reach')} />
          )}
        </FormField>
        <OwnFields own={own} errors={errors} onTouch={() => setErrors({})} />
        {errors.all && <div className="notice tone-red">{errors.all}</div>}
        <p className="field-help">{t('customer.hint.later')}</p>
      </div>
    </Sheet>
  );
}
