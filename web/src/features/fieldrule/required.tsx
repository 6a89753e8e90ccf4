import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus, RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { patch, post } from '@/api/client';
import { rolesQuery, useDictionaries, useStages } from '@/api/shared';
import type { RequiredSets } from '@/api/types';
import { useWord } from '@/app/words';
import { Button, IconButton } from '@/kit/button';
import { confirm } from '@/kit/dialog';
import { FormField } from '@/kit/inputs';
import { Select } from '@/kit/pick';
import { Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';
import { type Draft, draftsOf, requiredQuery, rulesOf } from './data';

export function Required() {
  const { data, error, refetch } = useQuery(requiredQuery());
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Lines count={4} height={120} />;
  return <Rules key={data.version} sets={data} />;
}

/** Each card is one sentence: of these customers, from there on, of these people, these fields. All are saved together. */
function Rules({ sets }: { sets: RequiredSets }) {
  const t = useWord();
  const client = useQueryClient();
  const [rules, setRules] = useState<Draft[]>(() => draftsOf(sets.rules));
  const [busy, setBusy] = useState(false);
  const dirty = JSON.stringify(rulesOf(rules)) !== JSON.stringify(rulesOf(draftsOf(sets.rules)));
  const put = (key: number, part: Partial<Draft>) => setRules((old) => old.map((r) => (r.key === key ? { ...r, ...part } : r)));
  const keep = async (work: () => Promise<RequiredSets>) => {
    setBusy(true);
    try {
      client.setQueryData(requiredQuery().queryKey, await work());
      void client.invalidateQueries({ queryKey: ['customers'] });
      tell(t('app.state.saved'));
    } catch (e) {
      tellError(e);
    } finally {
      setBusy(false);
    }
  };
  const reset = async () => {
    if (await confirm(t('rule.ask.reset'), t('rule.ask.reset_text'), t('rule.verb.reset')))
      await keep(() => post<RequiredSets>('/required-fields/reset', undefined, sets.version));
  };
  return (
    <>
      <p className="field-help">{t('rule.hint.required')}</p>
      {!rules.length && <p className="field-help">{t('rule.empty.required')}</p>}
      {rules.map((r, i) => (
        <Rule
          key={r.key}
          n={i + 1}
          rule={r}
          sets={sets}
          put={(part) => put(r.key, part)}
          drop={() => setRules((old) => old.filter((x) => x.key !== r.key))}
        />
      ))}
      <div className="row wrap">
        <Button
          icon={<Plus size={15} />}
          onClick={() =>
            setRules((old) => [...old, { key: Math.max(0, ...old.map((r) => r.key)) + 1, kinds: [], stage: '', roles: [], fields: [] }])
          }
        >
          {t('rule.verb.add')}
        </Button>
        <span className="sp" />
        {!sets.shipped && (
          <Button look="ghost" icon={<RotateCcw size={15} />} onClick={() => void reset()}>
            {t('rule.verb.reset')}
          </Button>
        )}
        <Button
          look="primary"
          busy={busy}
          disabled={!dirty || rules.some((r) => !r.fields.length)}
          onClick={() => void keep(() => patch<RequiredSets>('/required-fields', { rules: rulesOf(rules) }, sets.version))}
        >
          {t('app.verb.save')}
        </Button>
      </div>
    </>
  );
}

function Rule({
  n,
  rule,
  sets,
  put,
  drop,
}: {
  n: number;
  rule: Draft;
  sets: RequiredSets;
  put: (part: Partial<Draft>) => void;
  drop: () => void;
}) {
  const t = useWord();
  const { stages } = useStages();
  const { data: roles } = useQuery(rolesQuery);
  const dictionaries = useDictionaries();
  const label = (f: RequiredSets['fields'][number]) => (f.of === 'contact' ? t('customer.label.of_contact', { field: f.label }) : f.label);
  return (
    <section className="card col" aria-label={t('rule.label.rule', { n })}>
      <div className="grid2">
        <FormField label={t('rule.field.stage')}>
          {(id) => (
            <Select
              id={id}
              label={t('rule.field.stage')}
              clearable={false}
              value={rule.stage || 'effective'}
              options={[
                { value: 'effective', label: t('rule.stage.effective') },
                ...stages.map((s) => ({ value: s.code, label: t('rule.stage.from', { stage: s.name }) })),
              ]}
              onChange={(v) => put({ stage: v === 'effective' ? '' : String(v) })}
            />
          )}
        </FormField>
        <FormField label={t('rule.field.kinds')} optional>
          {(id) => (
            <Select
              id={id}
              label={t('rule.field.kinds')}
              multiple
              value={rule.kinds}
              options={dictionaries.values('customer_kind').map((k) => ({ value: k.code, label: k.label }))}
              onChange={(v) => put({ kinds: (v as string[] | null) ?? [] })}
              placeholder={t('rule.hint.all_kinds')}
            />
          )}
        </FormField>
      </div>
      <FormField label={t('rule.field.fields')}>
        {(id) => (
          <Select
            id={id}
            label={t('rule.field.fields')}
            multiple
            value={rule.fields}
            options={sets.fields.map((f) => ({ value: f.name, label: label(f) }))}
            onChange={(v) => put({ fields: (v as string[] | null) ?? [] })}
            placeholder={t('rule.hint.fields')}
          />
        )}
      </FormField>
      <div className="row" style={{ alignItems: 'end' }}>
        <span className="sp">
          <FormField label={t('rule.field.roles')} optional>
            {(id) => (
              <Select
                id={id}
                label={t('rule.field.roles')}
                multiple
                value={rule.roles}
                options={(roles ?? []).map((r) => ({ value: r.id, label: r.name }))}
                onChange={(v) => put({ roles: (v as string[] | null) ?? [] })}
                placeholder={t('rule.hint.all_roles')}
              />
            )}
          </FormField>
        </span>
        <IconButton label={t('rule.verb.drop', { n })} onClick={drop}>
          <Trash2 size={15} />
        </IconButton>
      </div>
    </section>
  );
}
