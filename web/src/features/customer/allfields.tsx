import { useQuery } from '@tanstack/react-query';
import { ExternalLink } from 'lucide-react';
import { useMemo } from 'react';
import { colleaguesQuery, useFields } from '@/api/shared';
import { type Competitor, type CustomerRecord, type Field, fieldOf } from '@/api/types';
import { money, moneyBand } from '@/app/numbers';
import { useWord, wordOr } from '@/app/words';
import { InlineEdit } from '@/kit/inline';
import { Lines } from '@/kit/states';
import { FieldValue, nothing } from '@/kit/value';
import { BandInput } from './parts';

type Save = (fields: Partial<CustomerRecord>, label: string) => Promise<unknown>;
const shownOf = (c: CustomerRecord, name: string): string | null | undefined =>
  ({ owner_id: c.owner_name, creator_id: c.creator_name, department_id: c.department_name })[name as 'owner_id'];

/** What a colleague is called of whom a record holds the id alone. */
function useColleague(id: string | null): string | undefined {
  const { data } = useQuery({ ...colleaguesQuery(), enabled: !!id });
  return id ? (data?.find((p) => p.id === id)?.name ?? '…') : undefined;
}

/** One field: its value, and a click to change it where this viewer may. */
export function PropertyValue({ c, field, onChange }: { c: CustomerRecord; field: Field; onChange: Save }) {
  const t = useWord();
  const value = fieldOf(c, field.name);
  const colleague = useColleague(field.kind === 'user' && shownOf(c, field.name) === undefined ? (value as string | null) : null);
  if (field.name === 'budget_from_fen') {
    const label = t('customer.field.budget');
    const shown = <span className="tn">{moneyBand(c.budget_from_fen, c.budget_to_fen)}</span>;
    if (!c.may.change) return shown;
    return (
      <InlineEdit
        field={{ ...field, label }}
        value={{ from: c.budget_from_fen, to: c.budget_to_fen }}
        onSave={(v) => {
          const band = v as { from: number | null; to: number | null };
          if (Number.isNaN(band.from ?? 0)) throw new Error(t('app.error.money'));
          return onChange({ budget_from_fen: band.from, budget_to_fen: band.to }, label);
        }}
        editor={(v, set) => {
          const band = v as { from: number | null; to: number | null };
          return <BandInput autoFocus from={band.from} to={band.to} onChange={(from, to) => set({ from, to })} />;
        }}
      >
        {shown}
      </InlineEdit>
    );
  }
  const shown =
    nothing(value) && c.may.change && !field.read_only ? (
      <span className="ghost">{t('customer.label.fill')}</span>
    ) : (
      <FieldValue field={field} value={value} shown={shownOf(c, field.name) ?? colleague} />
    );
  if (!c.may.change || field.read_only || field.name === 'owner_id' || field.name === 'stage') return shown;
  const link = (field.kind === 'url' || field.name === 'website') && typeof value === 'string' && value;
  const inline = (
    <InlineEdit
      field={field}
      value={value}
      shown={colleague}
      onSave={(v) => onChange(field.name in c ? { [field.name]: v } : { custom: { ...c.custom, [field.name]: v } }, field.label)}
    >
      {link ? <span className="cut">{link}</span> : shown}
    </InlineEdit>
  );
  if (!link) return inline;
  return (
    <span className="row" style={{ gap: 0 }}>
      {inline}
      <a
        className="ib sm"
        href={/^https?:\/\//.test(link) ? link : `https://${link}`}
        target="_blank"
        rel="noreferrer noopener"
        aria-label={t('app.verb.open')}
      >
        <ExternalLink size={13} />
      </a>
    </span>
  );
}

/** Everything that is known, in the groups of the form. */
export function AllFields({ c, onChange }: { c: CustomerRecord; onChange: Save }) {
  const t = useWord();
  const fields = useFields('customer');
  const groups = useMemo(() => [...new Set((fields ?? []).map((f) => f.group))].filter((g) => g !== 'measure'), [fields]); // those are asked by lists alone
  if (!fields) return <Lines count={8} />;
  const competitors = c.competitors ?? ([] as Competitor[]);
  return (
    <div className="form">
      {groups.map((g) => (
        <section key={g} className="group">
          <h2>{wordOr(`customer.group.${g}`, g)}</h2>
          <dl className="dl two">
            {fields
              .filter((f) => f.group === g && f.name !== 'budget_to_fen' && f.name !== 'competitors')
              .map((f) => (
                <div key={f.name} className={f.kind === 'long_text' ? 'full' : undefined}>
                  <dt>{f.name === 'budget_from_fen' ? t('customer.field.budget') : f.label}</dt>
                  <dd>
                    <PropertyValue c={c} field={f} onChange={onChange} />
                  </dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
      {competitors.length > 0 && (
        <section className="group">
          <h2>{t('customer.field.competitors')}</h2>
          <ul className="rows">
            {competitors.map((x) => (
              <li key={x.name}>
                <b>{x.name}</b>
                <span className="tn tx2">{money(x.price_fen)}</span>
                <span className="sp cut tx2">{[x.strengths, x.note].filter(Boolean).join(' · ')}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
