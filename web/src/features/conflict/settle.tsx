import { useQuery } from '@tanstack/react-query';
import { call, type Settled } from '@/api/client';
import { seenAt } from '@/api/seen';
import { fieldsQuery, type RecordKind } from '@/api/shared';
import { word, wordOr } from '@/app/words';
import { Radio } from '@/features/conflict/radio';
import { ask } from '@/kit/dialog';
import { tell } from '@/kit/toast';
import { FieldValue } from '@/kit/value';
import { type Both, bothChanged, settled } from './both';

/** Records whose fields the catalogue names, by the first part of their address. */
const KINDS: Record<string, RecordKind> = {
  customers: 'customer',
  contacts: 'contact',
  'follow-ups': 'follow-up',
  tasks: 'task',
  needs: 'need',
  feedback: 'feedback',
  orders: 'order',
};
type Side = 'mine' | 'theirs';
type Chosen = Record<string, Side>;

/** Asks about what two people changed in one record; what only one of them changed is kept without a word but one. */
export async function settle(path: string, body: object, version: number): Promise<Settled> {
  const [root, id] = path.split('/').filter(Boolean) as [string, string | undefined];
  if (!id || path.split('/').length > 3) return null; // settings and the like have no record of their own to look at
  const now = await call<Record<string, unknown> & { version?: number }>(path).catch(() => null);
  if (!now || typeof now.version !== 'number') return null;
  const both = bothChanged(body as Record<string, unknown>, seenAt(id, version), now);
  if (!both.length) {
    tell(word('app.conflict.joined'));
    return { body, version: now.version };
  }
  const kind = KINDS[root];
  const chosen = await ask<Chosen>({
    title: word('app.conflict.title'),
    text: word('app.conflict.text'),
    ok: word('app.conflict.keep'),
    value: Object.fromEntries(both.map((b): [string, Side] => [b.name, 'mine'])),
    form: (value, set) => <Sides kind={kind} root={root} both={both} chosen={value ?? {}} onChange={set} />,
  });
  if (!chosen) return null;
  const left = settled(
    body as Record<string, unknown>,
    both.map((b) => b.name).filter((name) => chosen[name] === 'theirs'),
  );
  return left ? { body: left, version: now.version } : { record: now };
}

function Sides({
  kind,
  root,
  both,
  chosen,
  onChange,
}: {
  kind: RecordKind | undefined;
  root: string;
  both: Both[];
  chosen: Chosen;
  onChange: (chosen: Chosen) => void;
}) {
  const { data: fields } = useQuery({ ...fieldsQuery(kind ?? 'customer'), enabled: !!kind });
  return (
    <div className="both">
      {both.map((b) => {
        const name = b.name.replace(/^custom\./, '');
        const field = fields?.find((f) => f.name === name);
        const label = field?.label ?? wordOr(`${kind ?? root.replace(/s$/, '')}.field.${name}`, word('app.conflict.other'));
        const shown = (value: unknown) =>
          field ? (
            <FieldValue field={field} value={value} />
          ) : value === null || value === undefined || typeof value === 'object' ? (
            Array.isArray(value) && value.every((v) => typeof v === 'string') && value.length ? (
              value.join(' · ')
            ) : (
              '—'
            )
          ) : (
            String(value)
          );
        return (
          <fieldset key={b.name}>
            <legend>{label}</legend>
            {(['mine', 'theirs'] as const).map((side) => (
              <Radio
                key={side}
                name={b.name}
                checked={chosen[b.name] === side}
                onChange={() => onChange({ ...chosen, [b.name]: side })}
                label={word(side === 'mine' ? 'app.conflict.mine' : 'app.conflict.theirs')}
              >
                {shown(b[side])}
              </Radio>
            ))}
          </fieldset>
        );
      })}
    </div>
  );
}
