import { useQuery } from '@tanstack/react-query';
import { Plus, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import { patch, post } from '@/api/client';
import { useDictionaries, useFields, useMay } from '@/api/shared';
import type { Order, OrderLine } from '@/api/types';
import { today } from '@/app/dates';
import { money } from '@/app/numbers';
import { closeIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { useShut } from '@/features/archive/data';
import { type Errors, errorsOf, goToFirst } from '@/features/customer/save';
import { OwnFields, useOwn } from '@/features/field/section';
import { Button, IconButton, Segmented } from '@/kit/button';
import { DayInput } from '@/kit/day/day';
import { FieldInput } from '@/kit/fieldinput';
import { Area, Choices, FormField, Input, MoneyInput } from '@/kit/inputs';
import { Sheet } from '@/kit/sheet';
import { Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';
import { lineTotal, orderQuery, parsePercent, parseQuantity, quantity, STATES, total, useOrderChange } from './data';

type Customer = { id: string; name: string };
type Values = Record<string, unknown> & { lines: OrderLine[] };

/** The drawer of an order: whose, when, and what for, or an amount alone. */
export default function OrderSheet({ id, customer }: { id?: string; customer?: Customer }) {
  const t = useWord();
  const { data, error } = useQuery(orderQuery(id ?? ''));
  if (id && !data)
    return (
      <Sheet title={t('order.title.edit')} onClose={closeIt}>
        {error ? <Failed error={error} small /> : <Lines />}
      </Sheet>
    );
  return <Form key={data?.version} record={data} customer={customer} />;
}

const TEXTS = ['contract_number', 'reference', 'remark'] as const;
const blank = (): OrderLine => ({ product: '', quantity_milli: 1000, price_fen: null, discount_bp: 0 });

function Form({ record, customer }: { record?: Order; customer?: Customer }) {
  const t = useWord();
  const may = useMay();
  const act = useOrderChange();
  const dictionaries = useDictionaries();
  const fields = useFields('order');
  const label = (name: string) => fields?.find((f) => f.name === name)?.label ?? '';
  const shut = useShut(record?.customer_id);
  const fixed = shut || !may('order.write') || (!!record && record.amount_fen === null);
  const [start] = useState<Values>(() => ({
    customer_id: record?.customer_id ?? customer?.id ?? null,
    ordered_on: record?.ordered_on ?? today(),
    state: record?.state ?? 'open',
    owner_id: record?.owner_id ?? null,
    amount_fen: record?.amount_fen ?? null,
    contract_number: record?.contract_number ?? null,
    reference: record?.reference ?? null,
    remark: record?.remark ?? null,
    lines: record ? record.lines : [blank()],
  }));
  const [values, setValues] = useState(start);
  const own = useOwn('order', record?.custom);
  const [by, setBy] = useState<'lines' | 'amount'>(record && !record.lines.length ? 'amount' : 'lines');
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const set = (change: Partial<Values>) => {
    setValues((old) => ({ ...old, ...change }) as Values);
    setErrors({});
  };
  const text = (name: string) => (values[name] as string | null) ?? '';
  const changed = Object.keys(values).filter((k) => values[k] !== start[k]);
  const sum = total(values.lines);
  const save = async () => {
    const found: Errors = own.check();
    if (!values.customer_id) found.customer_id = t('app.error.required', { label: label('customer_id') });
    if (by === 'amount' && (values.amount_fen === null || Number.isNaN(values.amount_fen)))
      found.amount_fen = t('app.error.required', { label: label('amount_fen') });
    if (by === 'lines' && (!values.lines.length || values.lines.some((l) => !l.product.trim() || lineTotal(l) === null)))
      found.lines = t('order.error.lines');
    setErrors(found);
    if (Object.keys(found).length) return goToFirst(found);
    setBusy(true);
    try {
      const said = record ? changed : Object.keys(values).filter((k) => values[k] !== null);
      const body: Record<string, unknown> = Object.fromEntries(
        said.filter((k) => k !== 'lines' && k !== 'amount_fen').map((k) => [k, record ? values[k] : values[k]]),
      );
      if (by === 'amount') {
        body.amount_fen = values.amount_fen;
        if (record?.lines.length) body.lines = [];
      } else if (!record || changed.includes('lines') || !record.lines.length)
        body.lines = values.lines.map(({ amount_fen: _, ...l }) => ({ ...l, product: l.product.trim(), unit: l.unit || undefined }));
      Object.assign(body, own.body());
      if (record) await patch(`/orders/${record.id}`, body, record.version);
      else await post('/orders', body);
      act.refresh(text('customer_id'));
      tell(t(record ? 'app.state.saved' : 'order.state.placed'));
      closeIt();
    } catch (e) {
      setBusy(false);
      const put = errorsOf(e, (f) => f in values || f.startsWith('lines.') || own.knows(f));
      const lines = Object.keys(put).find((k) => k.startsWith('lines.'));
      if (lines) put.lines = put[lines] as string;
      setErrors(put);
      goToFirst(put);
    }
  };
  return (
    <Sheet
      wide
      title={record ? `${t('order.title.edit')} ${record.code}` : t('order.verb.create')}
      onClose={closeIt}
      dirty={(changed.length > 0 || own.dirty) && !fixed}
      onSubmit={() => !fixed && void save()}
      footer={
        <>
          {record && !shut && may('order.write') && (
            <Button look="ghost" danger icon={<Trash2 size={15} />} onClick={() => void act.drop(record).then(closeIt, tellError)}>
              {t('app.verb.delete')}
            </Button>
          )}
          <span className="sp" />
          <Button onClick={closeIt}>{t(fixed ? 'app.verb.close' : 'app.verb.cancel')}</Button>
          {!fixed && (
            <Button look="primary" busy={busy} onClick={() => void save()} keys={['Ctrl', '↵']}>
              {t('app.verb.save')}
            </Button>
          )}
        </>
      }
    >
      <fieldset className="form svc-form" disabled={fixed}>
        {errors.all && <div className="notice tone-red">{errors.all}</div>}
        <div className="ord-2">
          {record ? (
            <p className="field">
              <span className="tx2">{label('customer_id')}</span>
              <b>{record.customer_name}</b>
            </p>
          ) : (
            <FormField name="customer_id" label={label('customer_id')} error={errors.customer_id}>
              {(id) => (
                <FieldInput
                  id={id}
                  field={{ name: 'customer_id', label: label('customer_id'), kind: 'customer', dictionary: null }}
                  value={values.customer_id as string | null}
                  shown={customer?.name}
                  onChange={(v) => set({ customer_id: v as string | null })}
                />
              )}
            </FormField>
          )}
          <FormField name="ordered_on" label={label('ordered_on')} error={errors.ordered_on}>
            {(id) => (
              <DayInput
                id={id}
                past
                value={text('ordered_on') || null}
                invalid={!!errors.ordered_on}
                onChange={(v) => set({ ordered_on: v })}
              />
            )}
          </FormField>
        </div>
        <Segmented
          small
          label={t('order.label.by')}
          value={by}
          onChange={setBy}
          options={[
            { value: 'lines', label: t('order.label.by_lines') },
            { value: 'amount', label: t('order.label.by_amount') },
          ]}
        />
        {by === 'amount' ? (
          <FormField name="amount_fen" label={label('amount_fen')} error={errors.amount_fen}>
            {(id) => (
              <MoneyInput
                id={id}
                value={values.amount_fen as number | null}
                invalid={!!errors.amount_fen}
                onChange={(amount_fen) => set({ amount_fen })}
              />
            )}
          </FormField>
        ) : (
          <LineRows lines={values.lines} sum={sum} error={errors.lines} fixed={fixed} onChange={(lines) => set({ lines })} />
        )}
        <FormField name="state" label={label('state')} error={errors.state}>
          {(id) => (
            <Choices
              id={id}
              label={label('state')}
              value={text('state')}
              options={dictionaries.values(STATES)}
              onChange={(v) => v && set({ state: v })}
            />
          )}
        </FormField>
        <div className="ord-2">
          <FormField name="owner_id" label={label('owner_id')} error={errors.owner_id} optional help={t('order.hint.owner')}>
            {(id) => (
              <FieldInput
                id={id}
                field={{ name: 'owner_id', label: label('owner_id'), kind: 'user', dictionary: null }}
                value={values.owner_id as string | null}
                shown={record?.owner_name}
                onChange={(v) => set({ owner_id: v as string | null })}
              />
            )}
          </FormField>
          {TEXTS.slice(0, 2).map((name) => (
            <FormField key={name} name={name} label={label(name)} error={errors[name]} optional>
              {(id) => (
                <Input id={id} maxLength={60} value={text(name)} invalid={!!errors[name]} onChange={(v) => set({ [name]: v || null })} />
              )}
            </FormField>
          ))}
        </div>
        <FormField name="remark" label={label('remark')} error={errors.remark} optional>
          {(id) => <Area id={id} rows={2} maxLength={2000} value={text('remark')} onChange={(v) => set({ remark: v || null })} />}
        </FormField>
        <OwnFields own={own} errors={errors} at={record && `/orders/${record.id}`} onTouch={() => setErrors({})} />
      </fieldset>
    </Sheet>
  );
}

function LineRows({
  lines,
  sum,
  error,
  fixed,
  onChange,
}: {
  lines: OrderLine[];
  sum: number | null;
  error?: string;
  fixed: boolean;
  onChange: (lines: OrderLine[]) => void;
}) {
  const t = useWord();
  const put = (i: number, change: Partial<OrderLine>) => onChange(lines.map((l, k) => (k === i ? { ...l, ...change } : l)));
  return (
    <section className={error ? 'field bad ord-lines' : 'field ord-lines'} data-field="lines" aria-label={t('order.label.lines')}>
      {lines.map((l, i) => {
        const fen = lineTotal(l);
        const name = (key: 'product' | 'quantity' | 'unit' | 'price_fen' | 'discount') =>
          t('order.label.of_line', { n: i + 1, what: t(`order.field.${key}`) });
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines stand by their place until they are saved
          <div key={`${i}/${lines.length}`} className="ord-line">
            <Input
              aria-label={name('product')}
              placeholder={t('order.field.product')}
              maxLength={200}
              value={l.product}
              onChange={(product) => put(i, { product })}
            />
            <Typed
              label={name('quantity')}
              hint={t('order.field.quantity')}
              text={Number.isNaN(l.quantity_milli) ? '' : quantity(l.quantity_milli)}
              read={parseQuantity}
              onChange={(n) => put(i, { quantity_milli: n })}
            />
            <Input
              aria-label={name('unit')}
              placeholder={t('order.field.unit')}
              maxLength={20}
              value={l.unit ?? ''}
              onChange={(unit) => put(i, { unit })}
            />
            <MoneyInput label={name('price_fen')} value={l.price_fen} onChange={(price_fen) => put(i, { price_fen })} />
            <Typed
              label={name('discount')}
              hint={t('order.hint.discount')}
              text={l.discount_bp ? String(l.discount_bp / 100) : ''}
              read={parsePercent}
              onChange={(n) => put(i, { discount_bp: n })}
            />
            <b className="tn strong ord-fen">{fen === null ? '—' : money(fen)}</b>
            <IconButton
              small
              label={t('order.verb.drop_line', { n: i + 1 })}
              disabled={lines.length < 2}
              onClick={() => onChange(lines.filter((_, k) => k !== i))}
            >
              <X size={14} />
            </IconButton>
          </div>
        );
      })}
      {error && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
      <div className="row">
        {!fixed && lines.length < 200 && (
          <Button size="sm" icon={<Plus size={14} />} onClick={() => onChange([...lines, blank()])}>
            {t('order.verb.add_line')}
          </Button>
        )}
        <span className="sp" />
        <span className="tx2" role="status">
          {t('order.label.total')} <b className="tn strong ord-total">{sum === null ? '—' : money(sum)}</b>
        </span>
      </div>
    </section>
  );
}

/** A number as it is typed, red while it is none. */
function Typed({
  label,
  hint,
  text,
  read,
  onChange,
}: {
  label: string;
  hint: string;
  text: string;
  read: (text: string) => number | null;
  onChange: (n: number) => void;
}) {
  const [typed, setTyped] = useState(text);
  return (
    <Input
      aria-label={label}
      inputMode="decimal"
      placeholder={hint}
      value={typed}
      invalid={read(typed) === null}
      onChange={(v) => {
        setTyped(v);
        onChange(read(v) ?? Number.NaN);
      }}
    />
  );
}
