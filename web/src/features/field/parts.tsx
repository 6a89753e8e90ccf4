import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type RecordKind, rolesQuery, useDictionaries } from '@/api/shared';
import type { OwnField, OwnKind } from '@/api/types';
import { useWord } from '@/app/words';
import type { Errors } from '@/features/customer/save';
import { Button, Segmented } from '@/kit/button';
import { Tag } from '@/kit/chips';
import { FieldInput } from '@/kit/fieldinput';
import { Area, Check, FormField, Input } from '@/kit/inputs';
import { Select } from '@/kit/pick';
import { chosen, iconOf, isMasked, isSealed, mayBeUnique } from './data';
import { mayDefault, mayList, maySeek, type Said } from './said';

export type Put = (part: Partial<Said>) => void;
type Part = { said: Said; put: Put; errors: Errors };

export function KindLine({ kind, onOther }: { kind: OwnKind; onOther?: () => void }) {
  const t = useWord();
  const Icon = iconOf(kind);
  return (
    <div className="row own-kind">
      <span className="own-icon" aria-hidden="true">
        <Icon size={16} strokeWidth={1.75} />
      </span>
      <span className="sp">
        <b>{t(`field.kind.${kind}`)}</b>
        <small>{t(`field.example.${kind}`)}</small>
      </span>
      {onOther ? (
        <Button size="sm" onClick={onOther}>
          {t('field.verb.other_kind')}
        </Button>
      ) : (
        <small>{t('field.hint.kind_stays')}</small>
      )}
    </div>
  );
}

export function What({ said, put, errors, all }: Part & { all: OwnField[] }) {
  const t = useWord();
  const headings = [...new Set(all.flatMap((f) => f.group || []))];
  return (
    <section className="group">
      <FormField name="label" label={t('field.field.label')} error={errors.label}>
        {(id) => (
          <Input
            id={id}
            value={said.label}
            onChange={(label) => put({ label })}
            maxLength={40}
            invalid={!!errors.label}
            data-first
            autoFocus
            placeholder={t(`field.sample.${said.kind}`)}
          />
        )}
      </FormField>
      <div className="grid2">
        <FormField name="group" label={t('field.field.group')} error={errors.group} help={t('field.hint.group')} optional>
          {(id) => (
            <>
              <Input id={id} value={said.group} onChange={(group) => put({ group })} maxLength={40} list="own-headings" />
              <datalist id="own-headings">
                {headings.map((h) => (
                  <option key={h} value={h} />
                ))}
              </datalist>
            </>
          )}
        </FormField>
        <FormField name="label_en" label={t('field.field.label_en')} error={errors.label_en} help={t('field.hint.label_en')} optional>
          {(id) => <Input id={id} value={said.label_en} onChange={(label_en) => put({ label_en })} maxLength={60} />}
        </FormField>
      </div>
      <FormField name="help" label={t('field.field.help')} error={errors.help} optional>
        {(id) => <Input id={id} value={said.help} onChange={(help) => put({ help })} maxLength={200} placeholder={t('field.hint.help')} />}
      </FormField>
    </section>
  );
}

/** What is asked of one kind alone. */
export function OfKind({ said, put, errors, field }: Part & { field?: OwnField }) {
  const t = useWord();
  const sealed = isSealed(said.kind, said.sensitive);
  return (
    <>
      {said.kind === 'number' && (
        <div className="grid2">
          <FormField
            name="decimals"
            label={t('field.field.decimals')}
            error={errors.decimals}
            help={field && t('field.hint.decimals_stay')}
          >
            {() =>
              field ? (
                <span className="tn">{said.decimals}</span>
              ) : (
                <Segmented
                  block
                  label={t('field.field.decimals')}
                  value={String(said.decimals)}
                  onChange={(n) => put({ decimals: Number(n) })}
                  options={['0', '1', '2', '3', '4', '6'].map((n) => ({ value: n, label: n }))}
                />
              )
            }
          </FormField>
          <FormField name="unit" label={t('field.field.unit')} error={errors.unit} optional>
            {(id) => (
              <Input id={id} value={said.unit} onChange={(unit) => put({ unit })} maxLength={10} placeholder={t('field.hint.unit')} />
            )}
          </FormField>
        </div>
      )}
      {chosen(said.kind) && <Words said={said} put={put} errors={errors} field={field} />}
      {said.kind === 'text' && !field && (
        <div>
          <Check checked={said.sensitive} onChange={(sensitive) => put({ sensitive, ...(sensitive ? { search: false } : {}) })}>
            {t('field.field.sensitive')}
          </Check>
          <p className="field-help">{t('field.hint.sensitive')}</p>
        </div>
      )}
      {sealed && (
        <FormField
          name="purpose"
          label={t('field.field.purpose')}
          error={errors.purpose}
          help={t(isMasked(said.kind, said.sensitive) ? 'field.hint.purpose' : 'field.hint.purpose_text')}
        >
          {(id) => (
            <Input
              id={id}
              value={said.purpose}
              onChange={(purpose) => put({ purpose })}
              maxLength={200}
              invalid={!!errors.purpose}
              placeholder={t('field.hint.purpose_example')}
            />
          )}
        </FormField>
      )}
      {sealed && (
        <FormField
          name="retention_months"
          label={t('field.field.retention')}
          error={errors.retention_months}
          help={t('field.hint.retention')}
        >
          {(id) => <Months id={id} value={said.retention_months} onChange={(retention_months) => put({ retention_months })} />}
        </FormField>
      )}
    </>
  );
}

/** A whole number of months; empty: as long as the record. */
export function Months({ id, value, onChange }: { id: string; value: number; onChange: (months: number) => void }) {
  const t = useWord();
  return (
    <Input
      id={id}
      inputMode="numeric"
      value={value ? String(value) : ''}
      onChange={(text) => onChange(Math.min(1200, Number(text.replace(/\D/g, '')) || 0))}
      placeholder={t('register.retention.record')}
    />
  );
}

function Words({ said, put, errors, field }: Part & { field?: OwnField }) {
  const t = useWord();
  const dictionaries = useDictionaries();
  if (field)
    return (
      <FormField name="choices" label={t('field.field.choices')} error={errors.choices}>
        {() => (
          <div className="own-words">
            {dictionaries.values(said.dictionary ?? '').map((v) => (
              <Tag key={v.code} name={v.label} tone={v.color} />
            ))}
            <Link to="/admin/dictionaries" search={{ code: said.dictionary ?? undefined }} className="link">
              {t('field.verb.edit_words')}
            </Link>
          </div>
        )}
      </FormField>
    );
  return (
    <>
      <FormField name="dictionary" label={t('field.field.words_from')}>
        {() => (
          <Segmented
            block
            label={t('field.field.words_from')}
            value={said.dictionary === null ? 'own' : 'standing'}
            onChange={(from) => put({ dictionary: from === 'own' ? null : '', default: null })}
            options={[
              { value: 'own', label: t('field.words.own') },
              { value: 'standing', label: t('field.words.standing') },
            ]}
          />
        )}
      </FormField>
      {said.dictionary === null ? (
        <FormField name="choices" label={t('field.field.choices')} error={errors.choices} help={t('field.hint.choices')}>
          {(id) => (
            <Area
              id={id}
              rows={4}
              value={said.words}
              onChange={(words) => put({ words })}
              invalid={!!errors.choices}
              placeholder={t('field.hint.choices_example')}
            />
          )}
        </FormField>
      ) : (
        <FormField name="choices" label={t('field.field.dictionary')} error={errors.choices ?? errors.dictionary}>
          {(id) => (
            <Select
              id={id}
              label={t('field.field.dictionary')}
              clearable={false}
              value={said.dictionary || null}
              options={dictionaries.all.map((d) => ({ value: d.code, label: d.name }))}
              onChange={(d) => put({ dictionary: d as string, default: null })}
              placeholder={t('app.hint.choose')}
              invalid={!!errors.choices}
            />
          )}
        </FormField>
      )}
    </>
  );
}

export function Rules({ of, said, put, errors, stands }: Part & { of: RecordKind; stands: boolean }) {
  const t = useWord();
  return (
    <section className="group">
      <h3>{t('field.title.rules')}</h3>
      <div className="own-checks">
        {said.kind !== 'boolean' && <Rule name="required" of={of} said={said} put={put} errors={errors} />}
        {mayBeUnique(said.kind) && <Rule name="unique" of={of} said={said} put={put} errors={errors} />}
        {mayList(said.kind) && <Rule name="list" of={of} said={said} put={put} errors={errors} />}
        {maySeek(said, of) && <Rule name="search" of={of} said={said} put={put} errors={errors} />}
      </div>
      {mayDefault(said, stands) && (
        <FormField
          name="default"
          label={t('field.field.default')}
          error={errors.default}
          help={t(of === 'customer' ? 'field.hint.default' : 'field.hint.default_record')}
          optional
        >
          {(id) => (
            <FieldInput
              key={`${said.kind}${said.decimals}${said.dictionary}`}
              id={id}
              field={{
                name: 'x_default',
                label: t('field.field.default'),
                kind: said.kind,
                dictionary: said.dictionary,
                decimals: said.decimals,
                unit: said.unit || undefined,
              }}
              many={said.kind === 'boolean'}
              value={said.default}
              onChange={(v) => put({ default: v })}
              invalid={!!errors.default}
            />
          )}
        </FormField>
      )}
      {chosen(said.kind) && !stands && said.dictionary === null && <p className="field-help">{t('field.hint.default_later')}</p>}
    </section>
  );
}

const RECORD_HINT = {
  required: 'field.hint.required_record',
  unique: 'field.hint.unique_record',
  list: undefined,
  search: undefined,
} as const;

function Rule({ of, name, said, put, errors }: Part & { of: RecordKind; name: 'required' | 'unique' | 'list' | 'search' }) {
  const t = useWord();
  return (
    <div data-field={name}>
      <Check checked={said[name]} onChange={(on) => put({ [name]: on })}>
        {t(`field.field.${name}`)}
      </Check>
      {errors[name] ? (
        <p className="field-error" role="alert">
          {errors[name]}
        </p>
      ) : (
        <p className="field-help">{t(of !== 'customer' && RECORD_HINT[name] ? RECORD_HINT[name] : `field.hint.${name}`)}</p>
      )}
    </div>
  );
}

/** Who sees it, who writes it, which customers have it. */
export function Whom({ of, said, put, errors }: Part & { of: RecordKind }) {
  const t = useWord();
  const { data: roles } = useQuery(rolesQuery);
  const options = (roles ?? []).map((r) => ({ value: r.id, label: r.name }));
  return (
    <section className="group">
      <h3>{t(of === 'customer' ? 'field.title.whom' : 'field.title.whom_record')}</h3>
      <div className="grid2">
        {(['see_roles', 'edit_roles'] as const).map((name) => (
          <FormField key={name} name={name} label={t(`field.field.${name}`)} error={errors[name]} optional>
            {(id) => (
              <Select
                id={id}
                label={t(`field.field.${name}`)}
                multiple
                value={said[name]}
                options={options}
                onChange={(v) => put({ [name]: (v as string[] | null) ?? [] })}
                placeholder={t(of === 'customer' ? `field.hint.${name}` : `field.hint.${name}_record`)}
              />
            )}
          </FormField>
        ))}
        {of === 'customer' && <Customers said={said} put={put} errors={errors} />}
      </div>
      <p className="field-help">{t(of === 'customer' ? 'field.hint.whom' : 'field.hint.whom_record')}</p>
    </section>
  );
}

/** Which customers have it. */
function Customers({ said, put, errors }: Part) {
  const t = useWord();
  const dictionaries = useDictionaries();
  return (
    <>
      <FormField name="kinds" label={t('field.field.kinds')} error={errors.kinds} optional>
        {(id) => (
          <fieldset id={id} className="chips" aria-label={t('field.field.kinds')}>
            {dictionaries.values('customer_kind').map((k) => {
              const on = said.kinds.includes(k.code);
              return (
                <button
                  key={k.code}
                  type="button"
                  className={on ? 'pill on' : 'pill'}
                  aria-pressed={on}
                  onClick={() => put({ kinds: on ? said.kinds.filter((x) => x !== k.code) : [...said.kinds, k.code] })}
                >
                  {k.label}
                </button>
              );
            })}
          </fieldset>
        )}
      </FormField>
      <FormField name="industries" label={t('field.field.industries')} error={errors.industries} optional>
        {(id) => (
          <FieldInput
            id={id}
            many
            field={{ name: 'industries', label: t('field.field.industries'), kind: 'industry', dictionary: null }}
            value={said.industries}
            onChange={(v) => put({ industries: ((v as (string | undefined)[] | null) ?? []).filter((x) => x !== undefined) })}
          />
        )}
      </FormField>
    </>
  );
}
