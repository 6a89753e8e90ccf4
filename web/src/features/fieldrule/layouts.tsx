import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, RotateCcw, X } from 'lucide-react';
import { useState } from 'react';
import { get, patch, post } from '@/api/client';
import { useFields } from '@/api/shared';
import type { Items, RoleLayout } from '@/api/types';
import { language, useWord } from '@/app/words';
import { Button, IconButton } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { FormField } from '@/kit/inputs';
import { Select } from '@/kit/pick';
import { Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';

const TABS = {
  timeline: 'customer.tab.timeline',
  contacts: 'app.nav.contacts',
  chain: 'chain.tab',
  tasks: 'app.nav.tasks',
  orders: 'app.nav.orders',
  service: 'service.tab',
  care: 'winback.tab',
  files: 'attachment.tab',
  fields: 'customer.tab.fields',
  history: 'customer.tab.history',
} as const;

/** One role at a time: which tab its people see first, and which fields beside it. */
export function Layouts() {
  const t = useWord();
  const { data, error, refetch } = useQuery({
    queryKey: ['layouts', language()],
    queryFn: async () => (await get<Items<RoleLayout>>('/layouts')).items,
  });
  const [role, setRole] = useState<string | null>(null);
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Lines count={8} />;
  const l = data.find((x) => x.role_id === role) ?? data[0];
  if (!l) return null;
  return (
    <>
      <p className="field-help">{t('rule.hint.layouts')}</p>
      <fieldset className="chips" aria-label={t('app.nav.roles')}>
        {data.map((x) => (
          <button
            key={x.role_id}
            type="button"
            className={x === l ? 'pill on' : 'pill'}
            aria-pressed={x === l}
            onClick={() => setRole(x.role_id)}
          >
            {x.role}
          </button>
        ))}
      </fieldset>
      <One key={l.role_id + l.version + String(l.ours)} layout={l} />
    </>
  );
}

function One({ layout: l }: { layout: RoleLayout }) {
  const t = useWord();
  const client = useQueryClient();
  const known = useFields('customer') ?? [];
  const [tab, setTab] = useState(l.tab);
  const [fields, setFields] = useState<string[]>(l.fields);
  const [busy, setBusy] = useState(false);
  const dirty = tab !== l.tab || fields.join() !== l.fields.join();
  const label = (name: string) =>
    (name === 'budget_from_fen' ? t('customer.field.budget') : undefined) ?? known.find((f) => f.name === name)?.label ?? name;
  const keep = async (work: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await work();
      await Promise.all([['layouts'], ['layout']].map((queryKey) => client.invalidateQueries({ queryKey })));
      tell(t('app.state.saved'));
    } catch (e) {
      tellError(e);
    } finally {
      setBusy(false);
    }
  };
  const move = (i: number, by: 1 | -1) =>
    setFields((old) => {
      const next = [...old];
      const [x] = next.splice(i, 1);
      if (x) next.splice(i + by, 0, x);
      return next;
    });
  return (
    <section className="card col" aria-label={l.role}>
      <div className="row">
        <h2>{l.role}</h2>
        {l.ours && <Chip tone="blue">{t('rule.state.ours')}</Chip>}
      </div>
      <FormField label={t('rule.field.tab')}>
        {(id) => (
          <Select
            id={id}
            label={t('rule.field.tab')}
            clearable={false}
            value={tab}
            options={(Object.keys(TABS) as (keyof typeof TABS)[]).map((x) => ({ value: x, label: t(TABS[x]) }))}
            onChange={(v) => setTab(String(v))}
          />
        )}
      </FormField>
      <h3>{t('rule.field.shown')}</h3>
      <ul className="rows">
        {fields.map((name, i) => (
          <li key={name} className="own-row">
            <b className="sp cut">{label(name)}</b>
            <IconButton small label={`${t('rule.verb.up')} ${label(name)}`} disabled={i === 0} onClick={() => move(i, -1)}>
              <ArrowUp size={14} />
            </IconButton>
            <IconButton small label={`${t('rule.verb.down')} ${label(name)}`} disabled={i === fields.length - 1} onClick={() => move(i, 1)}>
              <ArrowDown size={14} />
            </IconButton>
            <IconButton
              small
              label={`${t('rule.verb.take')} ${label(name)}`}
              onClick={() => setFields((old) => old.filter((x) => x !== name))}
            >
              <X size={14} />
            </IconButton>
          </li>
        ))}
      </ul>
      <Select
        label={t('rule.hint.add_field')}
        value={null}
        options={known
          .filter((f) => f.group !== 'measure' && !fields.includes(f.name) && f.name !== 'budget_to_fen')
          .map((f) => ({ value: f.name, label: f.label }))}
        onChange={(v) => v && setFields((old) => [...old, String(v)])}
        placeholder={t('rule.hint.add_field')}
      />
      <div className="row wrap">
        <span className="sp" />
        {l.ours && (
          <Button
            look="ghost"
            icon={<RotateCcw size={15} />}
            onClick={() => void keep(() => post(`/layouts/${l.role_id}/reset`, undefined, l.version))}
          >
            {t('rule.verb.reset')}
          </Button>
        )}
        <Button
          look="primary"
          busy={busy}
          disabled={!dirty || !fields.length}
          onClick={() => void keep(() => patch(`/layouts/${l.role_id}`, { tab, fields }, l.version))}
        >
          {t('app.verb.save')}
        </Button>
      </div>
    </section>
  );
}
