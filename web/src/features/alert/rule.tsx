import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus, RotateCcw, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import { get, patch, post, remove } from '@/api/client';
import { colleaguesQuery, useFields } from '@/api/shared';
import type { Items } from '@/api/types';
import { useWord } from '@/app/words';
import { type Errors, errorsOf, goToFirst } from '@/features/customer/save';
import { FilterBuilder } from '@/features/filter/builder';
import { Button, IconButton } from '@/kit/button';
import { confirm } from '@/kit/dialog';
import { Check, Choices, FormField, Input } from '@/kit/inputs';
import { Sheet } from '@/kit/sheet';
import { tell, tellError } from '@/kit/toast';
import { type AlertRule, type Rung, segmentOf, toText, toTree } from './data';
import { Trial } from './trial';

const SUBJECTS = ['customer', 'task', 'feedback'] as const;
const CLOCKS = {
  customer: ['last_talk', 'stage', 'next_follow_up', 'none'],
  task: ['due', 'none'],
  feedback: ['feedback_at', 'none'],
} as const;
const WHO = ['owner', 'leader', 'next_leader', 'account_manager', 'record_owner', 'service_leader'] as const;
type Subject = (typeof SUBJECTS)[number];
type Unit = Rung['unit'];

const unitsOf = (clock: string): Unit[] => {
  if (clock === 'none') return ['now'];
  const some: Unit[] = ['hours', 'days', 'workdays', 'months'];
  if (clock === 'stage') some.push('stage');
  if (clock === 'next_follow_up' || clock === 'due') some.push('day');
  return some;
};

/** What a rule's ladder says in a line. */
export function useLadder() {
  const t = useWord();
  const people = useQuery(colleaguesQuery()).data;
  const named = (to: string) => {
    if (to.startsWith('user:')) return people?.find((p) => p.id === to.slice(5))?.name ?? '…';
    if (to.startsWith('role:')) return t('alert.label.role');
    return t(`alert.to.${to as (typeof WHO)[number]}`);
  };
  return (r: Pick<AlertRule, 'rungs'>) =>
    r.rungs
      .map((g) => {
        const when = t(`alert.unit.${g.unit}`, { n: g.limit, at: g.at ?? '' });
        const who = g.to.map(named).join('、');
        return g.propose ? t('alert.label.proposes', { when, who }) : t('alert.label.tells', { when, who });
      })
      .join(' · ');
}

type Said = Pick<
  AlertRule,
  'name' | 'active' | 'subject' | 'filter' | 'clock' | 'rungs' | 'repeat_days' | 'planned_days' | 'imported_days' | 'recorded_hours'
>;
const fresh: Said = {
  name: '',
  active: true,
  subject: 'customer',
  filter: '',
  clock: 'last_talk',
  rungs: [{ limit: 3, unit: 'days', to: ['owner'] }],
  repeat_days: 0,
  planned_days: 0,
  imported_days: 7,
  recorded_hours: 0,
};

/** One rule: its condition, its clock, whom it tells; tried on the past before it is kept. */
export function RuleSheet({ rule, onClose }: { rule?: AlertRule; onClose: () => void }) {
  const t = useWord();
  const client = useQueryClient();
  const [said, setSaid] = useState<Said>(() => (rule ? (structuredClone(rule) as Said) : fresh));
  const [dirty, setDirty] = useState(!rule);
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const put = (part: Partial<Said>) => {
    setDirty(true);
    setSaid((all) => ({ ...all, ...part }));
  };
  const subject = said.subject as Subject;
  const start = (unit: Unit): Rung => ({ limit: unit === 'now' || unit === 'stage' || unit === 'day' ? 0 : 3, unit, to: ['owner'] });
  const toClock = (clock: string) => {
    const units = unitsOf(clock);
    const rungs = said.rungs.filter((g) => units.includes(g.unit));
    put({ clock: clock as Said['clock'], rungs: rungs.length ? rungs : [start(units[0] as Unit)] });
  };
  const body = () => {
    const { name, active, filter, clock, repeat_days, planned_days, imported_days, recorded_hours } = said;
    const rungs = said.rungs.map((g) => ({ ...g, at: g.unit === 'day' ? g.at || '08:30' : undefined }));
    return { name, active, filter, clock, rungs, repeat_days, planned_days, imported_days, recorded_hours };
  };
  const done = (text: string) => {
    void client.invalidateQueries({ queryKey: ['alert-rules'] });
    tell(text);
    onClose();
  };
  const save = async () => {
    setBusy(true);
    try {
      const all = body();
      if (rule) await patch(`/alerts/rules/${rule.id}`, all, rule.version);
      else await post('/alerts/rules', { ...all, subject });
      done(t('app.state.saved'));
    } catch (e) {
      setBusy(false);
      const found = errorsOf(e, (f) => ['name', 'filter', 'clock', 'rungs', 'rungs.to', 'rungs.unit', 'rungs.at'].includes(f));
      setErrors(found);
      goToFirst(found);
    }
  };
  const reset = async () => {
    if (rule && (await confirm(t('alert.confirm.reset', { name: rule.name }), t('alert.confirm.reset_text'), t('alert.verb.reset'))))
      await patch(`/alerts/rules/${rule.id}`, { reset: true }, rule.version).then(() => done(t('alert.state.reset')), tellError);
  };
  const drop = async () => {
    if (rule && (await confirm(t('alert.confirm.drop', { name: rule.name }), t('alert.confirm.drop_text'), t('app.verb.delete'))))
      await remove(`/alerts/rules/${rule.id}`, rule.version).then(() => done(t('alert.state.gone')), tellError);
  };
  const number = (key: 'repeat_days' | 'planned_days' | 'imported_days' | 'recorded_hours') => (id: string) => (
    <Input
      id={id}
      inputMode="numeric"
      value={String(said[key] || '')}
      placeholder="0"
      onChange={(v) => put({ [key]: Number(v.replace(/\D/g, '')) || 0 })}
    />
  );
  return (
    <Sheet
      wide
      title={rule?.name ?? t('alert.verb.add')}
      onClose={onClose}
      dirty={dirty}
      onSubmit={() => void save()}
      footer={
        <>
          {rule && !rule.code && (
            <Button look="ghost" danger icon={<Trash2 size={14} />} onClick={() => void drop()}>
              {t('app.verb.delete')}
            </Button>
          )}
          {rule?.changed && (
            <Button look="ghost" icon={<RotateCcw size={14} />} onClick={() => void reset()}>
              {t('alert.verb.reset')}
            </Button>
          )}
          <span className="sp" />
          <Button look="primary" busy={busy} onClick={() => void save()}>
            {t('app.verb.save')}
          </Button>
        </>
      }
    >
      <div className="col form alert-form">
        <FormField label={t('alert.field.name')} error={errors.name}>
          {(id) => <Input id={id} value={said.name} onChange={(name) => put({ name })} maxLength={60} />}
        </FormField>
        <Check checked={said.active} onChange={(active) => put({ active })}>
          {t('alert.field.active')}
        </Check>
        {!rule && (
          <FormField label={t('alert.field.subject')}>
            {() => (
              <Choices
                label={t('alert.field.subject')}
                value={subject}
                onChange={(v) => v && put({ subject: v as Subject, clock: CLOCKS[v as Subject][0], filter: '', rungs: [start('days')] })}
                options={SUBJECTS.map((s) => ({ code: s, label: t(`alert.subject.${s}`) }))}
              />
            )}
          </FormField>
        )}
        <Condition said={said} error={errors.filter} onChange={(filter) => put({ filter })} />
        <FormField label={t('alert.field.clock')} error={errors.clock}>
          {() => (
            <Choices
              label={t('alert.field.clock')}
              value={said.clock}
              onChange={(v) => v && toClock(v)}
              options={CLOCKS[subject].map((c) => ({ code: c, label: t(`alert.clock.${c}`) }))}
            />
          )}
        </FormField>
        <fieldset className="col plainset">
          <legend>{t('alert.field.rungs')}</legend>
          {(errors.rungs || errors['rungs.to'] || errors['rungs.unit'] || errors['rungs.at']) && (
            <p className="field-err" role="alert">
              {errors.rungs || errors['rungs.to'] || errors['rungs.unit'] || errors['rungs.at']}
            </p>
          )}
          {said.rungs.map((g, i) => (
            <RungRow
              // biome-ignore lint/suspicious/noArrayIndexKey: rungs have no identity
              key={i}
              n={i + 1}
              rung={g}
              units={unitsOf(said.clock)}
              onChange={(next) => put({ rungs: said.rungs.map((x, j) => (j === i ? next : x)) })}
              onRemove={said.rungs.length > 1 ? () => put({ rungs: said.rungs.filter((_, j) => j !== i) }) : undefined}
            />
          ))}
          {said.rungs.length < 6 && (
            <Button
              size="sm"
              look="ghost"
              icon={<Plus size={14} />}
              onClick={() => put({ rungs: [...said.rungs, { ...start(unitsOf(said.clock)[0] as Unit), limit: 7, to: ['leader'] }] })}
            >
              {t('alert.verb.add_rung')}
            </Button>
          )}
        </fieldset>
        <div className="side-by-side">
          {subject === 'customer' && <FormField label={t('alert.field.planned_days')}>{number('planned_days')}</FormField>}
          <FormField label={t('alert.field.imported_days')}>{number('imported_days')}</FormField>
          {said.clock !== 'none' && <FormField label={t('alert.field.recorded_hours')}>{number('recorded_hours')}</FormField>}
          <FormField label={t('alert.field.repeat_days')}>{number('repeat_days')}</FormField>
        </div>
        {rule && <Trial rule={rule} body={body} />}
      </div>
    </Sheet>
  );
}

function Condition({ said, error, onChange }: { said: Said; error?: string; onChange: (text: string) => void }) {
  const t = useWord();
  const fields = useFields(said.subject as Subject) ?? [];
  const [tree] = useState(() => toTree(said.filter));
  const segment = segmentOf(said.filter);
  const segments = useQuery({
    queryKey: ['segments'],
    queryFn: async () => (await get<Items<{ id: string; name: string }>>('/segments')).items,
    enabled: !!segment,
  }).data;
  return (
    <fieldset className="col plainset">
      <legend>{t('alert.field.filter')}</legend>
      {error && (
        <p className="field-err" role="alert">
          {error}
        </p>
      )}
      {segment ? (
        <p>{t('alert.label.segment', { name: segments?.find((s) => s.id === segment)?.name ?? '…' })}</p>
      ) : tree ? (
        <FilterBuilder key={said.subject} fields={fields} value={tree} onChange={(next) => onChange(toText(next))} />
      ) : (
        <p className="field-help">{t('alert.hint.deep')}</p>
      )}
    </fieldset>
  );
}

function RungRow({
  n,
  rung,
  units,
  onChange,
  onRemove,
}: {
  n: number;
  rung: Rung;
  units: Unit[];
  onChange: (next: Rung) => void;
  onRemove?: () => void;
}) {
  const t = useWord();
  const people = useQuery(colleaguesQuery()).data ?? [];
  const rest = people.filter((p) => !rung.to.includes(`user:${p.id}`));
  const toggle = (to: string, on: boolean) => onChange({ ...rung, to: on ? [...rung.to, to] : rung.to.filter((x) => x !== to) });
  const counts = rung.unit !== 'now' && rung.unit !== 'day';
  return (
    <fieldset className="fgroup alert-rung">
      <legend className="sr">{t('alert.label.rung', { n })}</legend>
      <div className="row wrap">
        <span>{t('alert.label.after')}</span>
        {counts && (
          <Input
            aria-label={t('alert.label.limit', { n })}
            inputMode="numeric"
            style={{ width: 72 }}
            value={String(rung.limit)}
            onChange={(v) => onChange({ ...rung, limit: Number(v.replace(/\D/g, '')) || 0 })}
          />
        )}
        <select
          className="input"
          style={{ width: 'auto' }}
          aria-label={t('alert.label.unit', { n })}
          value={rung.unit}
          onChange={(e) => onChange({ ...rung, unit: e.target.value as Unit })}
        >
          {units.map((u) => (
            <option key={u} value={u}>
              {t(`alert.unit.${u}`, { n: '', at: '' }).trim()}
            </option>
          ))}
        </select>
        {rung.unit === 'day' && (
          <Input
            aria-label={t('alert.label.at', { n })}
            style={{ width: 84 }}
            value={rung.at ?? '08:30'}
            onChange={(at) => onChange({ ...rung, at })}
          />
        )}
        <span className="sp" />
        {onRemove && (
          <IconButton small label={t('alert.verb.drop_rung', { n })} onClick={onRemove}>
            <X size={14} />
          </IconButton>
        )}
      </div>
      <div className="row wrap">
        {WHO.map((w) => (
          <Check key={w} checked={rung.to.includes(w)} onChange={(on) => toggle(w, on)}>
            {t(`alert.to.${w}`)}
          </Check>
        ))}
        {rung.to
          .filter((x) => x.startsWith('user:'))
          .map((x) => (
            <Check key={x} checked onChange={() => toggle(x, false)}>
              {people.find((p) => p.id === x.slice(5))?.name ?? '…'}
            </Check>
          ))}
        <select
          className="input"
          style={{ width: 'auto' }}
          aria-label={t('alert.label.colleague', { n })}
          value=""
          onChange={(e) => e.target.value && toggle(`user:${e.target.value}`, true)}
        >
          <option value="">{t('alert.verb.colleague')}</option>
          {rest.map((p) => (
            <option key={p.id} value={p.id}>
              {p.name}
            </option>
          ))}
        </select>
      </div>
      <Check checked={!!rung.propose} onChange={(propose) => onChange({ ...rung, propose })}>
        {t('alert.field.propose')}
      </Check>
    </fieldset>
  );
}
