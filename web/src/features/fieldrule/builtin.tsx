import { useQuery } from '@tanstack/react-query';
import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { patch, post, Refused, said } from '@/api/client';
import type { BuiltInField } from '@/api/types';
import { language, useWord } from '@/app/words';
import { useFresh } from '@/features/field/data';
import { Months } from '@/features/field/parts';
import { Button } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { FormField, Input } from '@/kit/inputs';
import { Select } from '@/kit/pick';
import { Sheet } from '@/kit/sheet';
import { Failed, Lines } from '@/kit/states';
import { tell } from '@/kit/toast';
import { BASES, builtInQuery, RECORDS } from './data';

const isPersonal = (f: BuiltInField) => f.class === 'personal' || f.class === 'sensitive';

/** Every field that ships, by its record; what the company says of one opens in a drawer. */
export function BuiltIn() {
  const t = useWord();
  const { data, error, refetch } = useQuery(builtInQuery());
  const [open, setOpen] = useState<BuiltInField | null>(null);
  const [sought, setSought] = useState('');
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Lines count={10} />;
  const word = (f: BuiltInField) => (language() === 'en' ? f.label_en : f.label) || f.shipped;
  const shown = data.filter((f) => !sought.trim() || `${word(f)} ${f.shipped}`.toLowerCase().includes(sought.trim().toLowerCase()));
  return (
    <>
      <p className="field-help">{t('rule.hint.words')}</p>
      <Input value={sought} onChange={setSought} aria-label={t('rule.hint.find')} placeholder={t('rule.hint.find')} />
      {!shown.length && <p className="field-help">{t('rule.empty.words')}</p>}
      {RECORDS.filter((r) => shown.some((f) => f.record === r)).map((r) => (
        <section key={r} className="card own-card">
          <h2>
            {t(`register.record.${r}`)}
            <small className="tn">{shown.filter((f) => f.record === r).length}</small>
          </h2>
          <ul className="rows">
            {shown
              .filter((f) => f.record === r)
              .map((f) => (
                <li key={f.id} className="own-row">
                  <button type="button" className="sp cut linklike" onClick={() => setOpen(f)}>
                    <b className="cut">{word(f)}</b>
                    <small className="cut">
                      {[word(f) === f.shipped ? '' : t('rule.label.was', { label: f.shipped }), isPersonal(f) ? f.purpose : '']
                        .filter(Boolean)
                        .join(' · ')}
                    </small>
                  </button>
                  {isPersonal(f) && (
                    <Chip tone={f.class === 'sensitive' ? 'violet' : 'blue'}>{t(`register.class.${f.class as 'personal'}`)}</Chip>
                  )}
                  {f.retention_months > 0 && <Chip>{t('register.retention.months', { count: f.retention_months })}</Chip>}
                </li>
              ))}
          </ul>
        </section>
      ))}
      {open && <FieldWordSheet key={open.id} field={open} onClose={() => setOpen(null)} />}
    </>
  );
}

export function FieldWordSheet({ field: f, onClose }: { field: BuiltInField; onClose: () => void }) {
  const t = useWord();
  const fresh = useFresh();
  const [draft, setDraft] = useState({
    label: f.label,
    label_en: f.label_en,
    purpose: f.purpose,
    basis: f.basis,
    retention_months: f.retention_months,
  });
  const [error, setError] = useState<{ field: string; text: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const changed = Object.fromEntries(Object.entries(draft).filter(([k, v]) => v !== f[k as keyof typeof draft]));
  const dirty = Object.keys(changed).length > 0;
  const put = (part: Partial<typeof draft>) => {
    setDraft((old) => ({ ...old, ...part }));
    setError(null);
  };
  const keep = async (work: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await work();
      await fresh();
      tell(t('app.state.saved'));
      onClose();
    } catch (e) {
      const at = e instanceof Refused ? e.first() : undefined;
      setError({ field: at?.field ?? 'label', text: at?.code === 'duplicate_same' ? t('field.error.label_taken') : said(e) });
    } finally {
      setBusy(false);
    }
  };
  const save = () => void keep(() => patch(`/built-in-fields/${f.id}`, changed, f.version));
  const wrong = (field: string) => (error?.field === field ? error.text : undefined);
  return (
    <Sheet
      title={f.shipped}
      onClose={onClose}
      dirty={dirty}
      onSubmit={() => dirty && save()}
      footer={
        <>
          {(f.label || f.label_en || f.described) && (
            <Button
              look="ghost"
              icon={<RotateCcw size={15} />}
              onClick={() => void keep(() => post(`/built-in-fields/${f.id}/reset`, undefined, f.version))}
            >
              {t('rule.verb.reset')}
            </Button>
          )}
          <span className="sp" />
          <Button look="primary" busy={busy} disabled={!dirty} onClick={save} keys={['Ctrl', '↵']}>
            {t('app.verb.save')}
          </Button>
        </>
      }
    >
      <section className="group">
        <FormField name="label" label={t('rule.field.label')} error={wrong('label')} help={t('rule.hint.label')} optional>
          {(id) => (
            <Input
              id={id}
              value={draft.label}
              onChange={(label) => put({ label })}
              maxLength={40}
              placeholder={language() === 'en' ? '' : f.shipped}
              invalid={!!wrong('label')}
              autoFocus
            />
          )}
        </FormField>
        <FormField name="label_en" label={t('field.field.label_en')} error={wrong('label_en')} optional>
          {(id) => (
            <Input
              id={id}
              value={draft.label_en}
              onChange={(label_en) => put({ label_en })}
              maxLength={60}
              placeholder={language() === 'en' ? f.shipped : ''}
              invalid={!!wrong('label_en')}
            />
          )}
        </FormField>
      </section>
      {isPersonal(f) && (
        <section className="group">
          <h3>{t('register.title')}</h3>
          <FormField name="purpose" label={t('register.column.purpose')} error={wrong('purpose')}>
            {(id) => <Input id={id} value={draft.purpose} onChange={(purpose) => put({ purpose })} maxLength={200} />}
          </FormField>
          <FormField name="basis" label={t('register.column.basis')} error={wrong('basis')} optional>
            {(id) => (
              <Select
                id={id}
                label={t('register.column.basis')}
                value={draft.basis || null}
                options={BASES.filter((b) => b !== '').map((b) => ({ value: b, label: t(`register.basis.${b as 'contract'}`) }))}
                onChange={(v) => put({ basis: ((v as string | null) ?? '') as typeof draft.basis })}
                placeholder={t('rule.hint.basis')}
              />
            )}
          </FormField>
          <FormField
            name="retention_months"
            label={t('field.field.retention')}
            error={wrong('retention_months')}
            help={t('field.hint.retention')}
          >
            {(id) => <Months id={id} value={draft.retention_months} onChange={(retention_months) => put({ retention_months })} />}
          </FormField>
        </section>
      )}
    </Sheet>
  );
}
