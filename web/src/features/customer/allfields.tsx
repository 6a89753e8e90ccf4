import { Link } from '@tanstack/react-router';
import { ArrowUpRight, Copy, ExternalLink, Eye, EyeOff } from 'lucide-react';
import { Fragment, useMemo, useState } from 'react';
import { useFields, useNames } from '@/api/shared';
import { type Competitor, type CustomerRecord, type Field, fieldOf } from '@/api/types';
import { money, moneyBand } from '@/app/numbers';
import { useWord, wordOr } from '@/app/words';
import { copyText, useReveal } from '@/features/contact/reveal';
import { byHeading, groupOf, groupsOf, shows, wrong } from '@/features/field/own';
import { IconButton } from '@/kit/button';
import { Lines } from '@/kit/states';
import { tell } from '@/kit/toast';
import { FieldValue, nothing } from '@/kit/value';
import { useCustomerChange } from './change';
import { InlineEdit } from './inline';
import { BandInput } from './parts';

type Save = (fields: Partial<CustomerRecord>, label: string) => Promise<unknown>;
const shownOf = (c: CustomerRecord, name: string): string | null | undefined =>
  ({ owner_id: c.owner_name, creator_id: c.creator_name, department_id: c.department_name })[name as 'owner_id'];

/** One field: its value, and a click to change it where this viewer may. */
export function PropertyValue({ c, field, onChange }: { c: CustomerRecord; field: Field; onChange: Save }) {
  const t = useWord();
  const act = useCustomerChange();
  const value = fieldOf(c, field.name);
  const known = shownOf(c, field.name);
  const asked = known === undefined && (field.kind === 'user' || field.kind === 'customer') && typeof value === 'string' && value;
  const name = useNames(field.kind, asked ? [asked] : []).get(asked || '');
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
  const saveOwn = (v: unknown): Promise<unknown> | null => {
    if (!field.custom) return null;
    const bad = wrong(field, v);
    return bad ? Promise.reject(new Error(bad)) : act.changeOwn(c, field, v);
  };
  const shown =
    nothing(value) && c.may.change && !field.read_only ? (
      <span className="ghost">{t('customer.label.fill')}</span>
    ) : (
      <FieldValue field={field} value={value} shown={known ?? name} />
    );
  if (field.masked && !nothing(value)) return <Sealed c={c} field={field} value={value} />;
  if (!c.may.change || field.read_only || field.name === 'owner_id' || field.name === 'stage') return shown;
  const link = (field.kind === 'url' || field.name === 'website') && typeof value === 'string' && value;
  const inline = (
    <InlineEdit field={field} value={value} shown={name} onSave={(v) => saveOwn(v) ?? onChange({ [field.name]: v }, field.label)}>
      {link ? <span className="cut">{link}</span> : shown}
    </InlineEdit>
  );
  if (field.kind === 'customer' && name && asked)
    return (
      <span className="row" style={{ gap: 0 }}>
        {inline}
        <Link className="ib sm" to="/customers/$id" params={{ id: asked }} aria-label={`${t('app.verb.open')} ${name}`}>
          <ArrowUpRight size={13} />
        </Link>
      </span>
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

/** A value that stays masked until somebody looks: for half a minute, and the log knows. */
function Sealed({ c, field, value }: { c: CustomerRecord; field: Field; value: unknown }) {
  const t = useWord();
  const act = useCustomerChange();
  const reveal = useReveal();
  const [seen, setSeen] = useState<{ value: string; of: number } | null>(null);
  const clear = seen?.of === c.version ? seen.value : null; // another value may stand there by now
  const look = async () => {
    if (clear) return setSeen(null);
    const got = await reveal.showOwn(c, field.name);
    if (!got) return;
    setSeen({ value: got, of: c.version });
    setTimeout(() => setSeen(null), 30_000);
  };
  const text = <span className="tn cut">{clear ?? String(value)}</span>;
  return (
    <span className="row sealed">
      {c.may.change && !field.read_only ? (
        <InlineEdit field={field} value={value} onSave={(v) => act.changeOwn(c, field, v)}>
          {text}
        </InlineEdit>
      ) : (
        text
      )}
      {clear && (
        <IconButton
          small
          label={`${t('app.verb.copy')} ${field.label}`}
          onClick={() => void copyText(clear).then(() => tell(t('app.state.copied')))}
        >
          <Copy size={13} />
        </IconButton>
      )}
      {c.may.reveal && (
        <IconButton small label={`${t(clear ? 'app.verb.hide' : 'contact.verb.reveal')} ${field.label}`} onClick={() => void look()}>
          {clear ? <EyeOff size={13} /> : <Eye size={13} />}
        </IconButton>
      )}
    </span>
  );
}

/** Everything that is known, in the groups of the form. */
export function AllFields({ c, onChange }: { c: CustomerRecord; onChange: Save }) {
  const t = useWord();
  const fields = useFields('customer');
  const groups = useMemo(() => groupsOf(fields ?? []).filter((g) => g !== 'measure'), [fields]); // those are asked by lists alone
  if (!fields) return <Lines count={8} />;
  const competitors = c.competitors ?? ([] as Competitor[]);
  const list = (some: Field[]) => (
    <dl className="dl two">
      {some.map((f) => (
        <div key={f.name} className={f.kind === 'long_text' ? 'full' : undefined}>
          <dt>{f.name === 'budget_from_fen' ? t('customer.field.budget') : f.label}</dt>
          <dd>
            <PropertyValue c={c} field={f} onChange={onChange} />
          </dd>
        </div>
      ))}
    </dl>
  );
  return (
    <div className="form">
      {groups.map((g) => {
        const inside = fields.filter((f) => groupOf(f) === g && f.name !== 'budget_to_fen' && f.name !== 'competitors' && shows(f, c));
        const built = inside.filter((f) => !f.custom);
        return (
          <section key={g} className="group">
            <h2>{wordOr(`customer.group.${g}`, g)}</h2>
            {built.length > 0 && list(built)}
            {byHeading(inside).map((h) => (
              <Fragment key={h.heading}>
                {h.heading && <h3 className="heading">{h.heading}</h3>}
                {list(h.fields)}
              </Fragment>
            ))}
          </section>
        );
      })}
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
