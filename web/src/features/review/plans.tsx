import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { patch, post, remove } from '@/api/client';
import { departmentsQuery } from '@/api/shared';
import { addDays, today, weekday } from '@/app/dates';
import { useWord } from '@/app/words';
import { type Errors, errorsOf, goToFirst } from '@/features/customer/save';
import { Button, IconButton } from '@/kit/button';
import { DayInput } from '@/kit/day/day';
import { confirm } from '@/kit/dialog';
import { Check, Choices, FormField } from '@/kit/inputs';
import { Select } from '@/kit/pick';
import { Sheet } from '@/kit/sheet';
import { Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';
import { EVERY, type Plan, plansQuery, type ReviewPage, useReviewsChanged } from './data';

/** How often each team looks back, and from which day. */
export function PlansSheet({ onClose }: { onClose: () => void }) {
  const t = useWord();
  const { data, error, refetch } = useQuery(plansQuery);
  const [fresh, setFresh] = useState(false);
  return (
    <Sheet wide title={t('review.title.plans')} onClose={onClose}>
      {error ? (
        <Failed error={error} retry={() => void refetch()} small />
      ) : !data ? (
        <Lines />
      ) : (
        <div className="col form">
          <p className="field-help">{t('review.hint.plans')}</p>
          {data.map((p) => (
            <PlanForm key={`${p.id}${p.version}`} plan={p} />
          ))}
          {fresh || !data.length ? (
            <PlanForm done={() => setFresh(false)} />
          ) : (
            <Button icon={<Plus size={14} />} onClick={() => setFresh(true)}>
              {t('review.verb.add_plan')}
            </Button>
          )}
        </div>
      )}
    </Sheet>
  );
}

const monday = () => addDays(today(), 1 - weekday(today()));

function Department({
  id,
  value,
  onChange,
  bad,
}: {
  id: string;
  value: string | null;
  onChange: (v: string | null) => void;
  bad?: boolean;
}) {
  const { data } = useQuery(departmentsQuery);
  return (
    <Select
      id={id}
      value={value}
      onChange={(v) => onChange(v as string | null)}
      options={(data ?? []).map((d) => ({ value: d.id, label: d.name }))}
      invalid={bad}
    />
  );
}

function PlanForm({ plan, done }: { plan?: Plan; done?: () => void }) {
  const t = useWord();
  const changed = useReviewsChanged();
  const [department, setDepartment] = useState<string | null>(plan?.department_id ?? null);
  const [every, setEvery] = useState<string>(plan?.every ?? 'weekly');
  const [first, setFirst] = useState<string | null>(plan?.first_on ?? monday());
  const [active, setActive] = useState(plan?.active ?? true);
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const dirty = !plan || every !== plan.every || first !== plan.first_on || active !== plan.active;
  const save = async () => {
    setBusy(true);
    try {
      if (plan) await patch(`/review-plans/${plan.id}`, { every, first_on: first, active }, plan.version);
      else await post('/review-plans', { department_id: department ?? '', every, first_on: first ?? '' });
      tell(t('app.state.saved'));
      done?.();
      changed();
    } catch (e) {
      const found = errorsOf(e, (f) => ['department_id', 'every', 'first_on'].includes(f));
      setErrors(found);
      goToFirst(found);
    }
    setBusy(false);
  };
  const drop = async () => {
    if (!plan || !(await confirm(t('review.ask.drop_plan'), plan.department_name, t('app.verb.delete')))) return;
    await remove(`/review-plans/${plan.id}`, plan.version).then(changed, tellError);
  };
  return (
    <section className="card col rev-plan" aria-label={plan?.department_name ?? t('review.verb.add_plan')}>
      {plan ? (
        <div className="row">
          <h3>{plan.department_name}</h3>
          <span className="sp" />
          {plan.may_change && (
            <IconButton label={t('app.verb.delete')} onClick={() => void drop()}>
              <Trash2 size={15} />
            </IconButton>
          )}
        </div>
      ) : (
        <FormField label={t('review.field.department')} error={errors.department_id} name="department_id">
          {(id) => <Department id={id} value={department} onChange={setDepartment} bad={!!errors.department_id} />}
        </FormField>
      )}
      <FormField label={t('review.field.every')} error={errors.every} name="every">
        {(id) => (
          <Choices
            id={id}
            label={t('review.field.every')}
            value={every}
            onChange={(v) => setEvery(v ?? every)}
            options={EVERY.map((code) => ({ code, label: t(`review.every.${code}`) }))}
          />
        )}
      </FormField>
      <FormField label={t('review.field.first_on')} help={t('review.hint.first_on')} error={errors.first_on} name="first_on">
        {(id) => <DayInput id={id} label={t('review.field.first_on')} value={first} onChange={setFirst} past />}
      </FormField>
      {plan && (
        <Check checked={active} onChange={setActive} disabled={!plan.may_change}>
          {t('review.field.active')}
        </Check>
      )}
      <div className="row wrap">
        {plan?.active && <small className="mut tn">{t('review.label.opens_on', { from: plan.next_on, day: plan.opens_on })}</small>}
        <span className="sp" />
        {done && plan === undefined && (
          <Button look="ghost" onClick={done}>
            {t('app.verb.cancel')}
          </Button>
        )}
        {(!plan || plan.may_change) && dirty && (
          <Button look="primary" busy={busy} onClick={() => void save()}>
            {t('app.verb.save')}
          </Button>
        )}
      </div>
    </section>
  );
}

/** A review of days that one chooses. */
export function OpenSheet({ onClose }: { onClose: () => void }) {
  const t = useWord();
  const navigate = useNavigate();
  const changed = useReviewsChanged();
  const [department, setDepartment] = useState<string | null>(null);
  const [from, setFrom] = useState<string | null>(addDays(monday(), -7));
  const [to, setTo] = useState<string | null>(addDays(monday(), -1));
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      const made = await post<ReviewPage>('/reviews', { department_id: department ?? '', from: from ?? '', to: to ?? '' });
      changed();
      void navigate({ to: '/reviews/$id', params: { id: made.id } });
    } catch (e) {
      setBusy(false);
      const found = errorsOf(e, (f) => ['department_id', 'from', 'to'].includes(f));
      setErrors(found);
      goToFirst(found);
    }
  };
  return (
    <Sheet
      title={t('review.verb.open')}
      onClose={onClose}
      onSubmit={() => void save()}
      footer={
        <>
          <span className="sp" />
          <Button look="primary" busy={busy} onClick={() => void save()}>
            {t('review.verb.open')}
          </Button>
        </>
      }
    >
      <div className="col form">
        <FormField label={t('review.field.department')} error={errors.department_id} name="department_id">
          {(id) => <Department id={id} value={department} onChange={setDepartment} bad={!!errors.department_id} />}
        </FormField>
        <FormField label={t('review.field.from')} error={errors.from} name="from">
          {(id) => <DayInput id={id} label={t('review.field.from')} value={from} onChange={setFrom} past />}
        </FormField>
        <FormField label={t('review.field.to')} error={errors.to} name="to">
          {(id) => <DayInput id={id} label={t('review.field.to')} value={to} onChange={setTo} past />}
        </FormField>
      </div>
    </Sheet>
  );
}
