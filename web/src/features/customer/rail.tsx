import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CalendarClock, Handshake, ListTodo, Plus, Sparkles } from 'lucide-react';
import { Fragment, useState } from 'react';
import { layoutQuery, useFields, useMay } from '@/api/shared';
import type { CustomerRecord, Field } from '@/api/types';
import { isPast } from '@/app/dates';
import { openIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { Confirmed } from '@/features/confirm/mark';
import { ContactList } from '@/features/contact/contacts';
import { ContactSheet } from '@/features/contact/sheet';
import { byHeading, shows } from '@/features/field/own';
import { timelineQuery } from '@/features/followup/data';
import { GroupCard } from '@/features/group/card';
import { TierCard } from '@/features/segment/card';
import { customerTasksQuery } from '@/features/task/data';
import { TaskLine } from '@/features/task/line';
import { IconButton } from '@/kit/button';
import { nothing, Person, When } from '@/kit/value';
import { PropertyValue } from './allfields';
import { useCustomerChange, usePeopleMenu } from './change';

export function Rail({ c }: { c: CustomerRecord }) {
  const t = useWord();
  const may = useMay();
  const fields = useFields('customer');
  const { data: layout } = useQuery(layoutQuery);
  const act = useCustomerChange();
  const people = usePeopleMenu();
  const [adding, setAdding] = useState(false);
  return (
    <aside className="rail" aria-label={t('customer.tab.rail')}>
      {!c.archived && <NextStep c={c} />}
      <TierCard customer={c} />
      <GroupCard customer={c.id} />
      <section className="card">
        <h2>{t('customer.title.properties')}</h2>
        <dl className="dl">
          <div>
            <dt>{t('customer.field.owner')}</dt>
            <dd>
              {c.may.transfer ? (
                <button
                  type="button"
                  className="cell-btn wide"
                  aria-haspopup="menu"
                  onClick={(e) => people(e.currentTarget, c.owner_id, (to) => act.safely(act.transfer)(c, to))}
                >
                  {c.owner_name ? <Person name={c.owner_name} /> : <span className="ghost">{t('customer.state.pool')}</span>}
                </button>
              ) : c.owner_name ? (
                <Person name={c.owner_name} />
              ) : (
                t('customer.state.pool')
              )}
            </dd>
          </div>
          {(layout?.fields ?? [])
            .flatMap((name) => fields?.find((f) => f.name === name) ?? [])
            .map((f) => (
              <div key={f.name}>
                <dt>{f.name === 'budget_from_fen' ? t('customer.field.budget') : f.label}</dt>
                <dd className={f.name === 'budget_from_fen' || f.name === 'buy_by' ? 'row' : undefined}>
                  {f.name === 'competitors' ? (
                    c.competitors?.map((x) => x.name).join(t('app.sign.list')) || <span className="ghost">—</span>
                  ) : (
                    <PropertyValue c={c} field={f} onChange={(change, label) => act.change(c, change, label)} />
                  )}
                  {f.name === 'budget_from_fen' && (c.budget_from_fen || c.budget_to_fen) ? <Confirmed c={c} field="budget" /> : null}
                  {f.name === 'buy_by' && c.buy_by ? <Confirmed c={c} field="buy_by" /> : null}
                </dd>
              </div>
            ))}
          <div>
            <dt>{t('customer.field.created')}</dt>
            <dd className="tx2">
              <When at={c.created_at} /> <span className="mut">· {c.creator_name}</span>
            </dd>
          </div>
        </dl>
      </section>
      <OwnFacts c={c} fields={fields} />
      <section className="card">
        <h2>
          {t('app.nav.contacts')}
          <small>{c.contacts_count || ''}</small>
          <span className="sp" />
          {may('contact.write') && c.may.add && (
            <IconButton small label={t('contact.verb.add')} onClick={() => setAdding(true)}>
              <Plus size={15} />
            </IconButton>
          )}
        </h2>
        <ContactList customer={c} compact />
      </section>
      {adding && <ContactSheet customer={c} onClose={() => setAdding(false)} />}
    </aside>
  );
}

const OWN_SHOWN = 12;
/** What the company asks besides: what is filled, and what is still to be. */
function OwnFacts({ c, fields }: { c: CustomerRecord; fields: Field[] | undefined }) {
  const t = useWord();
  const act = useCustomerChange();
  const { data: layout } = useQuery(layoutQuery);
  const own = (fields ?? []).filter((f) => f.custom && shows(f, c) && !layout?.fields.includes(f.name));
  if (!own.length) return null;
  const filled = own.filter((f) => !nothing(c.custom?.[f.name]) || c.missing?.includes(f.name));
  const shown = (filled.length ? filled : own).slice(0, OWN_SHOWN);
  return (
    <section className="card">
      <h2>
        {t('customer.group.extra')}
        <span className="sp" />
        {own.length > shown.length && (
          <Link className="link" to="/customers/$id" params={{ id: c.id }} search={{ tab: 'fields' }}>
            {t('field.label.all', { count: own.length })}
          </Link>
        )}
      </h2>
      {byHeading(shown).map((h) => (
        <Fragment key={h.heading}>
          {h.heading && <h3 className="heading">{h.heading}</h3>}
          <dl className="dl">
            {h.fields.map((f) => (
              <div key={f.name}>
                <dt>{f.label}</dt>
                <dd>
                  <PropertyValue c={c} field={f} onChange={(change, label) => act.change(c, change, label)} />
                </dd>
              </div>
            ))}
          </dl>
        </Fragment>
      ))}
    </section>
  );
}

/** The one thing to do next, from what was really planned or promised; without anything planned it offers to plan. */
function NextStep({ c }: { c: CustomerRecord }) {
  const t = useWord();
  const may = useMay();
  const { data: tasks } = useQuery({ ...customerTasksQuery(c.id), enabled: c.open_tasks_count > 0 });
  const { data: timeline } = useInfiniteQuery(timelineQuery(c.id, ''));
  const task = c.open_tasks_count > 0 ? tasks?.[0] : undefined;
  const promise = (timeline?.pages ?? [])
    .flatMap((p) => p.items)
    .flatMap((i) => i.follow_up?.promises ?? [])
    .filter((p) => p.kept === null || p.kept === undefined)
    .sort((a, b) => (a.due_on ?? '9').localeCompare(b.due_on ?? '9'))[0];
  if (c.deleted_at) return null;
  return (
    <section className="card tip">
      <h2>
        <Sparkles size={15} />
        {t('customer.title.next')}
      </h2>
      <div className="col">
        {task && <TaskLine task={task} bare />}
        {promise && (
          <p className="row">
            <Handshake size={15} className="mut" />
            <span className="sp">
              {t(promise.by === 'us' ? 'followup.label.we_promised' : 'followup.label.they_promised', { what: promise.what })}
              {promise.due_on && (
                <>
                  {' '}
                  <When at={promise.due_on} due />
                </>
              )}
            </span>
          </p>
        )}
        {c.next_follow_up_at && (
          <p className="row">
            <CalendarClock size={15} className="mut" />
            <span className={isPast(c.next_follow_up_at) ? 'overdue' : ''}>
              {t('customer.label.touch_again')} <When at={c.next_follow_up_at} due />
            </span>
          </p>
        )}
        {!task && !promise && !c.next_follow_up_at && <p>{t('customer.hint.no_next')}</p>}
        {may('task.write') && c.may.add && (
          <button
            type="button"
            className="link row"
            style={{ fontSize: 13, justifySelf: 'start', gap: 5 }}
            onClick={() => openIt({ what: 'task', customer: { id: c.id, name: c.name } })}
          >
            <ListTodo size={14} />
            {t('task.verb.plan_next')}
          </button>
        )}
      </div>
    </section>
  );
}
