import { useQuery } from '@tanstack/react-query';
import { WandSparkles } from 'lucide-react';
import { useMemo, useState } from 'react';
import { said } from '@/api/client';
import { useWord, wordOr } from '@/app/words';
import { Button, Segmented } from '@/kit/button';
import { FormField, Input } from '@/kit/inputs';
import { Select } from '@/kit/pick';
import { type Choice, fieldsQuery, type Import, type NewPlan, useActs } from './data';

/** A field that repeats may be chosen for a second and third person. */
export function options(fields: Choice[], taken: Set<string>, group: (g: string) => string) {
  const out: { value: string; label: string; group: string }[] = [];
  for (const f of fields) {
    if (f.passive) continue;
    out.push({ value: f.name, label: f.label, group: group(f.group) });
    if (!f.repeats) continue;
    for (let n = 2; n <= 5; n++) {
      const name = f.name.replace('.', `${n}.`);
      const before = n === 2 ? f.name : f.name.replace('.', `${n - 1}.`);
      if (taken.has(name) || taken.has(before)) out.push({ value: name, label: `${f.label} ${n}`, group: group(f.group) });
    }
  }
  return out;
}

const DEFAULTS = ['source', 'owner_id', 'kind', 'follow_up.method'];

/** Which column is which field; what was recognised is shown with the reason, and can be changed. */
export function Match({ i, onChecked }: { i: Import; onChecked: () => void }) {
  const t = useWord();
  const acts = useActs(i.id);
  const { data: fields } = useQuery(fieldsQuery(i.target));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const taken = useMemo(() => new Set(Object.values(i.plan.mapping)), [i.plan.mapping]);
  const choices = useMemo(() => options(fields ?? [], taken, (g) => wordOr(`import.target.${g}`, g)), [fields, taken]);
  const change = async (plan: NewPlan) => {
    setBusy(true);
    setError(null);
    try {
      await acts.plan(plan);
    } catch (e) {
      setError(said(e));
    } finally {
      setBusy(false);
    }
  };
  const check = async () => {
    setBusy(true);
    setError(null);
    try {
      await acts.act('check');
      onChecked();
    } catch (e) {
      setError(said(e));
    } finally {
      setBusy(false);
    }
  };
  const missing = (fields ?? []).filter((f) => f.required && !taken.has(f.name) && !i.plan.defaults[f.name]);
  const asked = (fields ?? []).filter((f) => DEFAULTS.includes(f.name) && !taken.has(f.name));
  const set = async (key: string, field: string | null) => {
    const mapping: Record<string, string> = { [key]: field ?? '' };
    // a field is one column's: whoever had it gives it up
    for (const [other, f] of Object.entries(i.plan.mapping)) if (f === field && other !== key) mapping[other] = '';
    await change({ mapping });
  };
  return (
    <div className="page-b form">
      {i.plan.garbled && !i.plan.repair && (
        <div className="notice warn row wrap">
          <span className="sp">
            {t('import.hint.garbled')} <code>{i.plan.garbled}</code> → <b>{i.plan.repaired || t('import.hint.lost')}</b>
          </span>
          {i.plan.repaired && (
            <Button icon={<WandSparkles size={15} />} busy={busy} onClick={() => void change({ repair: true })}>
              {t('import.verb.repair')}
            </Button>
          )}
        </div>
      )}
      <div className="row wrap sheetbar">
        <FormField label={t('import.label.header_row')}>
          {(id) => <HeaderRow key={i.plan.header_row} id={id} row={i.plan.header_row} onChange={(n) => void change({ header_row: n })} />}
        </FormField>
        {(i.plan.sheets?.length ?? 0) > 1 && (
          <FormField label={t('import.label.sheet')}>
            {(id) => (
              <Select
                id={id}
                label={t('import.label.sheet')}
                clearable={false}
                value={i.plan.sheet ?? null}
                options={(i.plan.sheets ?? []).map((s) => ({ value: s, label: s }))}
                onChange={(s) => void change({ sheet: s as string })}
              />
            )}
          </FormField>
        )}
        {i.plan.format === 'csv' && (
          <FormField label={t('import.label.encoding')}>
            {(id) => (
              <Select
                id={id}
                label={t('import.label.encoding')}
                clearable={false}
                value={i.plan.encoding ?? null}
                options={[...new Set([i.plan.encoding ?? 'utf-8', 'utf-8', 'gb18030', 'utf-16le'])].map((e) => ({
                  value: e,
                  label: e.toUpperCase(),
                }))}
                onChange={(e) => void change({ encoding: e as string })}
              />
            )}
          </FormField>
        )}
      </div>
      {missing.length > 0 && (
        <p className="notice bad" role="alert">
          {t('import.state.missing', { fields: missing.map((f) => f.label).join(t('app.sign.list')) })}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <section className="tbl matching" tabIndex={0} aria-label={t('import.step.match')}>
        <table>
          <thead>
            <tr>
              <th style={{ width: 180 }}>{t('import.label.column')}</th>
              <th>{t('import.label.samples')}</th>
              <th style={{ width: 240 }}>{t('import.label.field')}</th>
              <th style={{ width: 120 }}>{t('import.label.why')}</th>
            </tr>
          </thead>
          <tbody>
            {i.columns.map((c) => (
              <tr key={c.key}>
                <td>
                  <span className="row">
                    <kbd>{c.key}</kbd>
                    <b className="cut">{c.heading || '—'}</b>
                  </span>
                </td>
                <td>
                  <span className="mut cut" title={c.samples.join('\n')}>
                    {c.samples.join(' · ') || '—'}
                  </span>
                </td>
                <td>
                  <Select
                    label={`${c.heading || c.key}: ${t('import.label.field')}`}
                    value={c.field || null}
                    options={choices}
                    placeholder={t('import.label.left_out')}
                    onChange={(f) => void set(c.key, f as string | null)}
                  />
                </td>
                <td>
                  <span className="mut">{c.field ? wordOr(`import.why.${c.why}`, '') : ''}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {asked.length > 0 && (
        <div className="fit2">
          {asked.map((f) => (
            <FormField key={f.name} label={t('import.label.default', { field: f.label })} optional>
              {(id) =>
                f.choices.length ? (
                  <Select
                    id={id}
                    label={f.label}
                    value={i.plan.defaults[f.name] ?? null}
                    options={f.choices.map((x) => ({ value: x, label: x }))}
                    onChange={(v) => void change({ defaults: { [f.name]: (v as string | null) ?? '' } })}
                  />
                ) : (
                  <Default
                    key={i.plan.defaults[f.name] ?? ''}
                    id={id}
                    value={i.plan.defaults[f.name] ?? ''}
                    onChange={(v) => void change({ defaults: { [f.name]: v } })}
                  />
                )
              }
            </FormField>
          ))}
        </div>
      )}
      <FormField label={t('import.label.duplicates')} help={t(`import.duplicates.${i.plan.duplicates}_hint`)}>
        {() => (
          <Segmented
            label={t('import.label.duplicates')}
            value={i.plan.duplicates}
            onChange={(duplicates) => void change({ duplicates })}
            options={(['skip', 'update', 'new'] as const).map((d) => ({ value: d, label: t(`import.duplicates.${d}`) }))}
          />
        )}
      </FormField>
      {error && (
        <p className="notice bad" role="alert">
          {error}
        </p>
      )}
      <div className="row end">
        <Button look="primary" busy={busy} disabled={missing.length > 0} onClick={() => void check()}>
          {t('import.verb.check')}
        </Button>
      </div>
    </div>
  );
}

function HeaderRow({ id, row, onChange }: { id: string; row: number; onChange: (n: number) => void }) {
  const [text, setText] = useState(String(row));
  const done = () => {
    const n = Number(text);
    if (Number.isInteger(n) && n > 0 && n !== row) onChange(n);
    else setText(String(row));
  };
  return (
    <Input
      id={id}
      inputMode="numeric"
      className="short"
      value={text}
      onChange={setText}
      onBlur={done}
      onKeyDown={(e) => e.key === 'Enter' && done()}
    />
  );
}

function Default({ id, value, onChange }: { id: string; value: string; onChange: (v: string) => void }) {
  const [text, setText] = useState(value);
  return <Input id={id} value={text} onChange={setText} onBlur={() => text !== value && onChange(text)} />;
}
