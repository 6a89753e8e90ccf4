import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Fragment, useMemo, useState } from 'react';
import { patch, post, Refused } from '@/api/client';
import { useDictionaries, useFields, useMay } from '@/api/shared';
import type { Competitor, Customer, CustomerRecord, Field } from '@/api/types';
import { closeIt, usePhone } from '@/app/ui';
import { useWord, wordOr } from '@/app/words';
import { type ContactDraft, ContactFields, contactBody } from '@/features/contact/fields';
import { LikeHint } from '@/features/duplicate/hint';
import { tellMade } from '@/features/duplicate/made';
import { asks, byHeading, groupOf, groupsOf, isOf, wrong } from '@/features/field/own';
import { HeldNote } from '@/features/keychange/note';
import { tellHeld } from '@/features/keychange/told';
import { Button, Segmented } from '@/kit/button';
import { FieldInput } from '@/kit/fieldinput';
import { Check, FormField, Input } from '@/kit/inputs';
import { Sheet } from '@/kit/sheet';
import { Lines } from '@/kit/states';
import { tell } from '@/kit/toast';
import { BandInput, Competitors, Twin } from './parts';
import { customerQuery } from './query';
import { type Errors, errorsOf, goToFirst } from './save';

type Values = Record<string, unknown>;
const ORGANISATION = new Set(['credit_code', 'size', 'employees', 'annual_revenue_fen', 'assets_fen', 'founded_on', 'short_name']);
/** A code of the right shape whose check signs do not fit: a licence may really say so. */
const wrongDigits = (e: unknown) =>
  e instanceof Refused && !!e.problem.errors?.some((x) => x.field === 'credit_code' && /check/.test(String(x.params?.reason ?? '')));
const OWN_CONTROL = new Set(['kind', 'budget_to_fen', 'competitors']);

/** The full form in groups, made from the catalogue; with `only` just the fields that are asked for. */
export default function CustomerForm({ id, only }: { id?: string; only?: string[] }) {
  const fields = useFields('customer');
  const { data: customer } = useQuery({ ...customerQuery(id ?? ''), enabled: !!id });
  const t = useWord();
  if (!fields || (id && !customer))
    return (
      <Sheet title={t(id ? 'customer.verb.edit' : 'customer.verb.create')} onClose={closeIt} wide={!only}>
        <Lines count={8} />
      </Sheet>
    );
  return <Form fields={fields} customer={customer} only={only} />;
}

function Form({ fields, customer, only }: { fields: Field[]; customer?: CustomerRecord; only?: string[] }) {
  const t = useWord();
  const phone = usePhone();
  const navigate = useNavigate();
  const client = useQueryClient();
  const dictionaries = useDictionaries();
  const may = useMay();
  const start: Values = customer ?? { kind: 'enterprise' };
  const [begun] = useState(customer?.version ?? 0); // what others change while this stands open is not overwritten unseen
  const [values, setValues] = useState<Values>({});
  const [contact, setContact] = useState<ContactDraft>({});
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const [again, setAgain] = useState(false);
  const [twin, setTwin] = useState(false);
  const [doubted, setDoubted] = useState(false); // the check digits are wrong, and he may say that they are right
  const [override, setOverride] = useState('');
  const begins = useMemo(() => new Map(fields.flatMap((f) => (f.default === undefined ? [] : [[f.name, f.default]]))), [fields]);
  const value = (name: string) =>
    name in values ? values[name] : name in start ? start[name] : customer ? customer.custom?.[name] : begins.get(name);
  const set = (name: string, next: unknown) => {
    setValues((old) => ({ ...old, [name]: next }));
    setErrors(({ [name]: _gone, all: _all, ...rest }) => rest);
    if (name === 'credit_code') {
      setDoubted(false);
      setOverride('');
    }
  };
  const kind = String(value('kind'));
  const industry = value('industry') as string | null | undefined;
  const groups = useMemo(() => {
    const shown = fields.filter((f) => {
      if (f.read_only || OWN_CONTROL.has(f.name) || f.kind === 'rows') return false;
      if (only) return only.includes(f.name);
      if (!isOf(f, kind, industry)) return false;
      return !(kind === 'individual' && ORGANISATION.has(f.name));
    });
    return groupsOf(shown).map((g) => {
      const inside = shown.filter((f) => groupOf(f) === g);
      return { group: g, fields: inside.filter((f) => !f.custom), own: byHeading(inside) };
    });
  }, [fields, only, kind, industry]);
  const visible = groups.map((g) => ({
    ...g,
    own: g.own.map((h) => ({ ...h, fields: h.fields.filter((f) => asks(f, value)) })).filter((h) => h.fields.length),
  }));
  const needGroup = groups.find((g) => g.fields.some((f) => f.name === 'budget_from_fen' || f.name === 'core_need'))?.group;
  const dirty = Object.keys(values).length > 0 || Object.values(contact).some(Boolean);

  const save = async (duplicates?: 'new') => {
    const found: Errors = {};
    for (const [name, v] of Object.entries(values)) {
      const said = wrong(fields.find((f) => f.name === name) ?? { kind: 'money' }, v);
      if (said) found[name] = said;
    }
    if (!only && !String(value('name') ?? '').trim())
      found.name = t('app.error.required', { label: fields.find((f) => f.name === 'name')?.label ?? t('customer.field.name') });
    setErrors(found);
    if (Object.keys(found).length) return goToFirst(found);
    setBusy(true);
    try {
      const own = new Set(fields.filter((f) => f.custom && (only || isOf(f, kind, industry))).map((f) => f.name));
      const body: Values = {};
      for (const [name, v] of Object.entries(values)) if (!name.startsWith('x_')) body[name] = v;
      const custom = Object.entries(values).filter(([name]) => own.has(name));
      if (custom.length) body.custom = Object.fromEntries(custom);
      if (override.trim()) body.credit_code_override_reason = override.trim();
      if (customer) {
        const fresh = await patch<CustomerRecord>(`/customers/${customer.id}`, body, begun);
        client.setQueryData(customerQuery(customer.id).queryKey, fresh);
        const label = (name: string) => fields.find((f) => f.name === name)?.label ?? name;
        if (!tellHeld(fresh.pending, Object.keys(values), label)) tell(t('app.state.saved'));
      } else {
        const first = contactBody(contact, kind === 'individual' ? String(value('name')) : undefined);
        const made = await post<Customer>('/customers', {
          kind,
          ...body,
          contacts: first ? [{ ...first, primary: true }] : [],
          duplicates,
        });
        const open = () => void navigate({ to: '/customers/$id', params: { id: made.id } });
        tellMade(made, open, navigate);
        if (!again) open();
      }
      void client.invalidateQueries({ queryKey: ['customers'] });
      if (customer) void client.invalidateQueries({ queryKey: ['timeline', customer.id] });
      if (again && !customer) {
        setValues({});
        setContact({});
        setBusy(false);
      } else closeIt();
    } catch (e) {
      setBusy(false);
      const put = errorsOf(
        e,
        (f) => f.startsWith('contact.') || ['budget_to_fen', 'credit_code_override_reason'].includes(f) || fields.some((x) => x.name === f),
      );
      if (put.budget_to_fen) put.budget_from_fen ??= put.budget_to_fen;
      setErrors(put);
      setDoubted(override !== '' || (may('customer.override') && wrongDigits(e)));
      setTwin(e instanceof Refused && e.code === 'duplicate_same' && e.first()?.field === 'name');
      goToFirst(put);
    }
  };

  const control = (f: Field) => {
    const wide = f.kind === 'long_text' || ['name', 'tags', 'address', 'core_need'].includes(f.name);
    const needed = customer ? customer.missing?.includes(f.name) : f.name === 'name';
    const band = f.name === 'budget_from_fen';
    const asked = !customer && (f.name === 'credit_code' || (f.name === 'name' && kind !== 'individual'));
    return (
      <div key={f.name} className={wide ? 'full' : undefined}>
        <FormField
          name={f.name}
          label={band ? t('customer.field.budget') : f.label}
          error={f.name === 'name' && errors.name ? <Twin text={errors.name} on={twin} create={() => void save('new')} /> : errors[f.name]}
          optional={!f.required && !needed && !only}
          help={
            f.custom
              ? f.help || (needed && only && t('customer.hint.needed'))
              : needed && only
                ? t('customer.hint.needed')
                : asked && <LikeHint ask={{ [f.name]: String(value(f.name) ?? '') }} />
          }
        >
          {(id) =>
            band ? (
              <BandInput
                id={id}
                from={(value('budget_from_fen') as number | null) ?? null}
                to={(value('budget_to_fen') as number | null) ?? null}
                invalid={!!errors[f.name]}
                onChange={(from, to) => {
                  set('budget_from_fen', from);
                  set('budget_to_fen', to);
                }}
              />
            ) : (
              <FieldInput
                id={id}
                field={f}
                value={value(f.name) ?? null}
                onChange={(next) => set(f.name, next)}
                invalid={!!errors[f.name]}
              />
            )
          }
        </FormField>
        {f.name === 'credit_code' && doubted && (
          <FormField
            name="credit_code_override_reason"
            label={t('customer.field.override')}
            error={errors.credit_code_override_reason}
            help={t('customer.hint.override')}
          >
            {(id) => <Input id={id} value={override} onChange={setOverride} maxLength={200} autoFocus />}
          </FormField>
        )}
      </div>
    );
  };
  const kinds = dictionaries.values('customer_kind');
  return (
    <Sheet
      wide={!only}
      title={
        only
          ? t('customer.title.complete')
          : customer
            ? t('customer.title.edit', { name: customer.short_name || customer.name })
            : t('customer.verb.create')
      }
      onClose={closeIt}
      dirty={dirty}
      onSubmit={() => void save()}
      footer={
        <>
          {!customer && !phone && (
            <Check checked={again} onChange={setAgain}>
              {t('customer.verb.save_again')}
            </Check>
          )}
          {errors.all && <span className="field-error cut">{errors.all}</span>}
          <span className="sp" />
          <Button onClick={closeIt}>{t('app.verb.cancel')}</Button>
          <Button look="primary" busy={busy} disabled={customer && !dirty} onClick={() => void save()} keys={['Ctrl', '↵']}>
            {t('app.verb.save')}
          </Button>
        </>
      }
    >
      <div className="form">
        {customer && <HeldNote customer={customer.id} />}
        {!only && (
          <Segmented
            block
            label={t('customer.field.kind')}
            value={kind}
            onChange={(k) => set('kind', k)}
            options={(['enterprise', 'individual', 'institution'] as const).map((k) => ({
              value: k as string,
              label: kinds.find((v) => v.code === k)?.label ?? t(`customer.kind.${k}`),
            }))}
          />
        )}
        {visible.map((g, i) => (
          <Fragment key={g.group}>
            <section className="group">
              <h3>{wordOr(`customer.group.${g.group}`, g.group)}</h3>
              {g.fields.length > 0 && <div className={only ? 'form' : 'grid2'}>{g.fields.map(control)}</div>}
              {g.own.map((h) => (
                <Fragment key={h.heading}>
                  {h.heading && <h4 className="heading">{h.heading}</h4>}
                  <div className={only ? 'form' : 'grid2'}>{h.fields.map(control)}</div>
                </Fragment>
              ))}
              {!only && g.group === needGroup && (
                <Competitors rows={(value('competitors') as Competitor[] | null) ?? []} onChange={(rows) => set('competitors', rows)} />
              )}
            </section>
            {i === 0 && !customer && !only && (
              <section className="group">
                <h3>{t('customer.group.contacts')}</h3>
                <ContactFields draft={contact} onChange={setContact} errors={errors} prefix="contact." nameless={kind === 'individual'} />
              </section>
            )}
          </Fragment>
        ))}
      </div>
    </Sheet>
  );
}
