import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Plus, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { patch, post } from '@/api/client';
import { useDictionaries, useFields, useMe } from '@/api/shared';
import type { Segment, SegmentStep } from '@/api/types';
import { count } from '@/app/numbers';
import { closeIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { type Errors, errorsOf, goToFirst } from '@/features/customer/save';
import { FilterBuilder } from '@/features/filter/builder';
import { withSegment } from '@/features/filter/segment';
import { type FilterTree, fromText, toText } from '@/features/filter/tree';
import { FilterWords } from '@/features/filter/words';
import { ShareWith } from '@/features/share/who';
import { Button, IconButton, Segmented } from '@/kit/button';
import { Check, FormField, Input } from '@/kit/inputs';
import { Sheet } from '@/kit/sheet';
import { Failed, Lines } from '@/kit/states';
import { tell } from '@/kit/toast';
import { segmentQuery, sizeQuery, TONES, useSegmentsChanged } from './data';

/** The drawer in which a segment is made or changed; it is counted as it is written. */
export default function SegmentSheet({ id, filter }: { id?: string; filter?: string }) {
  const t = useWord();
  const fields = useFields('customer');
  const { data, error } = useQuery(segmentQuery(id ?? ''));
  if (!fields || (id && !data))
    return (
      <Sheet wide title={t(id ? 'segment.title.edit' : 'segment.verb.create')} onClose={closeIt}>
        {error ? <Failed error={error} small /> : <Lines />}
      </Sheet>
    );
  return <Form key={data?.version} record={data} filter={filter} />;
}

function useLater<T>(value: T, ms: number): T {
  const [later, setLater] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return later;
}

const step = (): SegmentStep => ({ title: '', to: 'owner', days: 5, priority: 'medium' });

function Form({ record, filter }: { record?: Segment; filter?: string }) {
  const t = useWord();
  const me = useMe();
  const navigate = useNavigate();
  const fields = useFields('customer') ?? [];
  const changed = useSegmentsChanged();
  const [start] = useState(() => ({
    name: record?.name ?? '',
    kind: record?.kind ?? ('live' as const),
    tone: record?.tone || 'blue',
    badge: record?.badge ?? 0,
    followed: record?.followed ?? false,
    shared: record?.shared ?? ('mine' as const),
    role_ids: record?.role_ids ?? [],
    playbook: record?.playbook ?? [],
  }));
  const [v, setV] = useState(start);
  const [tree, setTree] = useState<FilterTree>(() =>
    record || filter ? fromText(record?.filter ?? filter ?? '') : { mode: 'all', rules: [{ field: 'stage', op: 'in' }] },
  );
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const text = toText(tree);
  const asked = useLater(text, 400);
  const size = useQuery(sizeQuery(asked));
  const set = (change: Partial<typeof v>) => {
    setV((old) => ({ ...old, ...change }));
    setErrors({});
  };
  const dirty =
    JSON.stringify(v) !== JSON.stringify(start) || (record ? text !== toText(fromText(record.filter)) : !!text && text !== filter);
  const fixed = record?.kind === 'static';
  const save = async () => {
    const found: Errors = {};
    if (!v.name.trim()) found.name = t('app.error.required', { label: t('segment.field.name') });
    if (!text) found.filter = t('segment.error.filter');
    if (v.playbook.some((p) => !p.step && !p.title?.trim())) found.playbook = t('segment.error.playbook');
    setErrors(found);
    if (Object.keys(found).length) return goToFirst(found);
    setBusy(true);
    const playbook = v.playbook.map((p) => (p.step ? { ...p, title: undefined } : p));
    try {
      if (record) {
        const { kind: _, ...rest } = v;
        const body: Record<string, unknown> = { ...rest, playbook };
        if (record.code && v.name === record.name) delete body.name;
        if (!fixed) body.filter = text;
        await patch(`/segments/${record.id}`, body, record.version);
        tell(t('app.state.saved'));
      } else {
        const made = await post<Segment>('/segments', { ...v, playbook, filter: text });
        tell(t('segment.state.created'));
        void navigate({ to: '/segments/$id', params: { id: made.id } });
      }
      changed();
      closeIt();
    } catch (e) {
      setBusy(false);
      const put = errorsOf(e, (f) => f in v || f === 'filter' || f.startsWith('playbook'));
      const at = Object.keys(put).find((k) => k.startsWith('playbook.'));
      if (at) put.playbook = put[at] as string;
      setErrors(put);
      goToFirst(put);
    }
  };
  return (
    <Sheet
      wide
      title={t(record ? 'segment.title.edit' : 'segment.verb.create')}
      onClose={closeIt}
      dirty={dirty}
      onSubmit={() => void save()}
      footer={
        <>
          <span className="tx2 tn" role="status">
            {!text
              ? t('segment.hint.filter')
              : size.error
                ? (size.error as Error).message
                : size.data && asked === text
                  ? t('segment.label.count', { count: size.data.count, n: count(size.data.count) })
                  : t('segment.label.counting')}
          </span>
          <span className="sp" />
          <Button onClick={closeIt}>{t('app.verb.cancel')}</Button>
          <Button look="primary" busy={busy} onClick={() => void save()} keys={['Ctrl', '↵']}>
            {t('app.verb.save')}
          </Button>
        </>
      }
    >
      <div className="form">
        {errors.all && <div className="notice tone-red">{errors.all}</div>}
        <FormField name="name" label={t('segment.field.name')} error={errors.name}>
          {(id) => (
            <Input id={id} maxLength={60} value={v.name} invalid={!!errors.name} autoFocus={!record} onChange={(name) => set({ name })} />
          )}
        </FormField>
        <section className={errors.filter ? 'field bad' : 'field'} data-field="filter" aria-label={t('segment.label.asks')}>
          <b>{t('segment.label.asks')}</b>
          {fixed ? (
            <p className="tx2">
              <FilterWords fields={fields} value={tree} />
            </p>
          ) : (
            <FilterBuilder fields={withSegment(fields, t('segment.field.segment'))} value={tree} onChange={setTree} />
          )}
          {errors.filter && (
            <p className="field-error" role="alert">
              {errors.filter}
            </p>
          )}
        </section>
        {!record && (
          <FormField name="kind" label={t('segment.field.kind')} help={t(`segment.hint.${v.kind}`)}>
            {() => (
              <Segmented
                label={t('segment.field.kind')}
                value={v.kind}
                onChange={(kind) => set({ kind, ...(kind === 'static' ? { followed: false, badge: 0 } : {}) })}
                options={(['live', 'static'] as const).map((k) => ({ value: k, label: t(`segment.kind.${k}`) }))}
              />
            )}
          </FormField>
        )}
        {v.kind === 'live' && (
          <FormField
            name="followed"
            label={t('segment.field.followed')}
            error={errors.followed ?? errors.badge}
            help={t('segment.hint.followed')}
          >
            {() => (
              <div className="row wrap">
                <Check checked={v.followed} onChange={(followed) => set({ followed, badge: followed ? v.badge : 0 })}>
                  {t('segment.label.follow')}
                </Check>
                <Check checked={v.badge > 0} disabled={!v.followed} onChange={(on) => set({ badge: on ? record?.badge || 50 : 0 })}>
                  {t('segment.label.badge')}
                </Check>
              </div>
            )}
          </FormField>
        )}
        <FormField name="tone" label={t('segment.field.tone')}>
          {(id) => (
            <div className="chips seg-tones" role="radiogroup" aria-label={t('segment.field.tone')} id={id}>
              {TONES.map((tone) => (
                // biome-ignore lint/a11y/useSemanticElements: a row of buttons with radio meaning
                <button
                  key={tone}
                  type="button"
                  role="radio"
                  aria-checked={v.tone === tone}
                  className={v.tone === tone ? 'on' : ''}
                  onClick={() => set({ tone })}
                >
                  <span className={`chip tone-${tone}`}>{t(`segment.tone.${tone}`)}</span>
                </button>
              ))}
            </div>
          )}
        </FormField>
        <Playbook steps={v.playbook} error={errors.playbook} onChange={(playbook) => set({ playbook })} />
        <FormField name="shared" label={t('segment.field.shared')} error={errors.shared ?? errors.role_ids}>
          {() => (
            <ShareWith
              label={t('segment.field.shared')}
              value={{ shared: v.shared, role_ids: v.role_ids }}
              onChange={({ shared, role_ids }) =>
                set({
                  shared,
                  role_ids: shared === 'roles' && !role_ids.length && !v.role_ids.length ? me.roles.map((r) => r.id) : role_ids,
                })
              }
            />
          )}
        </FormField>
      </div>
    </Sheet>
  );
}

/** What is proposed for who comes in: a few tasks. */
function Playbook({ steps, error, onChange }: { steps: SegmentStep[]; error?: string; onChange: (steps: SegmentStep[]) => void }) {
  const t = useWord();
  const dictionaries = useDictionaries();
  const put = (i: number, change: Partial<SegmentStep>) => onChange(steps.map((s, k) => (k === i ? { ...s, ...change } : s)));
  return (
    <section className={error ? 'field bad' : 'field'} data-field="playbook" aria-label={t('segment.label.playbook')}>
      <b>
        {t('segment.label.playbook')} <span className="opt">{t('app.label.optional')}</span>
      </b>
      {steps.map((s, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps stand by their place until they are saved
        <div key={`${i}/${steps.length}`} className="seg-step">
          <Input
            aria-label={t('segment.label.step', { n: i + 1 })}
            placeholder={t('segment.hint.step')}
            maxLength={200}
            value={s.title ?? ''}
            onChange={(title) => put(i, { title, step: undefined })}
          />
          <select
            className="input"
            aria-label={t('segment.label.step_to', { n: i + 1 })}
            value={s.to}
            onChange={(e) => put(i, { to: e.target.value as SegmentStep['to'] })}
          >
            {(['owner', 'leader', 'account_manager'] as const).map((to) => (
              <option key={to} value={to}>
                {t(`segment.to.${to}`)}
              </option>
            ))}
          </select>
          <Input
            inputMode="numeric"
            aria-label={t('segment.label.step_days', { n: i + 1 })}
            value={String(s.days)}
            onChange={(text) => /^\d{0,3}$/.test(text) && put(i, { days: Math.min(365, Number(text)) })}
          />
          <select
            className="input"
            aria-label={t('segment.label.step_priority', { n: i + 1 })}
            value={s.priority ?? 'medium'}
            onChange={(e) => put(i, { priority: e.target.value as SegmentStep['priority'] })}
          >
            {dictionaries.values('priority').map((p) => (
              <option key={p.code} value={p.code}>
                {p.label}
              </option>
            ))}
          </select>
          <IconButton small label={t('segment.verb.drop_step', { n: i + 1 })} onClick={() => onChange(steps.filter((_, k) => k !== i))}>
            <X size={14} />
          </IconButton>
        </div>
      ))}
      {error && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
      {steps.length < 20 && (
        <Button
          size="sm"
          look="ghost"
          icon={<Plus size={14} />}
          style={{ justifySelf: 'start' }}
          onClick={() => onChange([...steps, step()])}
        >
          {t('segment.verb.add_step')}
        </Button>
      )}
    </section>
  );
}
