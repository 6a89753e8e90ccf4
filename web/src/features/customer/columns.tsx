import { Link } from '@tanstack/react-router';
import { type Customer, type Field, fieldOf } from '@/api/types';
import { daysSince } from '@/app/dates';
import { moneyBand } from '@/app/numbers';
import { word } from '@/app/words';
import { TierBadges } from '@/features/segment/badges';
import { Avatar, Chip, Grade, Meter } from '@/kit/chips';
import type { Column } from '@/kit/table';
import { FieldValue, Person, StageChip, Tags, When } from '@/kit/value';

const WIDTH: Record<string, number> = {
  stage: 130,
  grade: 84,
  owner_id: 112,
  tags: 200,
  last_follow_up_at: 104,
  next_follow_up_at: 104,
  completeness: 100,
  industry: 200,
  region: 190,
  primary_contact: 190,
  code: 130,
  budget_from_fen: 150,
  short_name: 110,
  intent: 80,
  review: 92,
  strategic: 84,
};
const KIND_WIDTH: Partial<Record<Field['kind'], number>> = {
  money: 128,
  date: 112,
  datetime: 112,
  boolean: 76,
  user: 112,
  choice: 120,
  integer: 96,
  number: 112,
  choices: 180,
  region: 190,
  customer: 200,
  phone: 130,
  secret: 100,
  long_text: 240,
  url: 180,
};
/** The usual order, and the fallback where the catalogue marks none. */
const USUAL = ['stage', 'grade', 'owner_id', 'tags', 'last_follow_up_at', 'next_follow_up_at', 'completeness', 'created_at'];

export function usualColumns(fields: Field[]): string[] {
  const listed = fields.filter((f) => f.list && f.name !== 'name');
  const place = (name: string) => (USUAL.includes(name) ? USUAL.indexOf(name) : USUAL.length);
  const marked = listed
    .filter((f) => f.default_column)
    .map((f) => f.name)
    .sort((a, b) => place(a) - place(b));
  return marked.length ? marked : USUAL.filter((name) => listed.some((f) => f.name === name));
}
type Act = { stage?: (anchor: HTMLElement, c: Customer) => void; owner?: (anchor: HTMLElement, c: Customer) => void };

/** The review state only where it is news: an effective customer needs no chip. */
export function ReviewChip({ review }: { review: Customer['review'] }) {
  if (review === 'effective') return null;
  return <Chip tone={review === 'pending' ? 'amber' : review === 'returned' ? 'red' : 'gray'}>{word(`customer.review.${review}`)}</Chip>;
}

export function tableColumns(fields: Field[], names: string[], act: Act): Column<Customer>[] {
  const byName = new Map(fields.map((f) => [f.name, f]));
  const nameField = byName.get('name');
  const first: Column<Customer> = {
    key: 'name',
    title: nameField?.label ?? word('app.nav.customers'),
    width: 300,
    sortable: nameField?.sortable,
    render: (c) => (
      <span className="row">
        <Link to="/customers/$id" params={{ id: c.id }} className="cname">
          <Avatar name={c.short_name || c.name} size={24} square />
          <b className="cut" title={c.name}>
            {c.name}
          </b>
        </Link>
        <ReviewChip review={c.review} />
        <TierBadges tiers={c.tiers} max={1} />
      </span>
    ),
  };
  const rest = names.flatMap((name): Column<Customer>[] => {
    const f = byName.get(name);
    if (!f) return [];
    return [
      {
        key: name,
        title: f.label,
        width: WIDTH[name] ?? KIND_WIDTH[f.kind] ?? 150,
        sortable: f.sortable,
        align:
          f.kind === 'money' || f.kind === 'number' || (f.kind === 'integer' && name !== 'completeness')
            ? 'right'
            : name === 'grade'
              ? 'center'
              : undefined,
        render: (c) => cell(f, c, act),
      },
    ];
  });
  return [first, ...rest];
}

function cell(f: Field, c: Customer, act: Act) {
  switch (f.name) {
    case 'stage':
      return act.stage && (c.may?.change ?? !!c.owner_id) ? (
        <button type="button" className="cell-btn" aria-haspopup="menu" onClick={(e) => act.stage?.(e.currentTarget, c)}>
          <StageChip code={c.stage} />
        </button>
      ) : (
        <StageChip code={c.stage} />
      );
    case 'owner_id':
      if (!c.owner_id && !c.may?.transfer) return <span className="mut">{word('customer.state.pool')}</span>;
      return act.owner && (c.may?.transfer ?? true) ? (
        <button type="button" className="cell-btn" aria-haspopup="menu" onClick={(e) => act.owner?.(e.currentTarget, c)}>
          {c.owner_name ? <Person name={c.owner_name} /> : <span className="mut">{word('customer.state.pool')}</span>}
        </button>
      ) : (
        <Person name={c.owner_name} />
      );
    case 'grade':
      return c.grade ? <Grade code={c.grade} /> : <span className="mut">—</span>;
    case 'tags':
      return <Tags codes={c.tags} max={2} />;
    case 'last_follow_up_at':
      return (
        <span className={c.last_follow_up_at && daysSince(c.last_follow_up_at) > 30 ? 'overdue' : 'tx2'}>
          <When at={c.last_follow_up_at} />
        </span>
      );
    case 'next_follow_up_at':
      return (
        <span className="tx2">
          <When at={c.next_follow_up_at} due />
        </span>
      );
    case 'completeness':
      return <Meter value={c.completeness} label={word('customer.label.completeness', { percent: c.completeness })} />;
    case 'budget_from_fen':
    case 'budget_to_fen':
      return <span className="tn">{moneyBand(c.budget_from_fen, c.budget_to_fen)}</span>;
    case 'creator_id':
      return <Person name={c.creator_name} />;
    case 'department_id':
      return <FieldValue field={f} value={c.department_id} shown={c.department_name} />;
    case 'primary_contact':
      return c.primary_contact ? (
        <span className="tx2 cut">
          {c.primary_contact.name} <small className="tn">{c.primary_contact.mobile}</small>
        </span>
      ) : (
        <span className="mut">—</span>
      );
    default:
      return (
        <span className="tx2 cut">
          <FieldValue field={f} value={fieldOf(c, f.name)} />
        </span>
      );
  }
}
