import { useQuery } from '@tanstack/react-query';
import { Archive, BadgeCheck, ListChecks, Tag as TagIcon, Undo2, UserPlus, UserRound, Waves, X } from 'lucide-react';
import { useState } from 'react';
import { post } from '@/api/client';
import { useDictionaries, useFields, useMay } from '@/api/shared';
import type { Customer, Field, Operation } from '@/api/types';
import { count } from '@/app/numbers';
import { useWord } from '@/app/words';
import { PutSheet } from '@/features/archive/put';
import { askReason, useCustomerChange, usePeopleMenu } from '@/features/customer/change';
import { segmentsQuery } from '@/features/filter/segment';
import { Button } from '@/kit/button';
import { type Item, openMenu } from '@/kit/menu';
import { Sheet } from '@/kit/sheet';
import { tell, tellError, tellUndo } from '@/kit/toast';
import { type Choice, inBulk, undoBulk } from './run';
import { LISTED, PICKED, SetOne } from './setone';

/** Fields that many customers may be given at once: each is one word of a dictionary. */
const FIELDS = ['grade', 'intent', 'source', 'urgency', 'follow_state'] as const;

/**
 * What is done to all that are chosen, as one operation of the server: one refusal stops no other,
 * what was refused is listed with its reason, and all of it is undone at once.
 */
export function BulkBar({
  rows,
  all,
  onDone,
}: {
  rows: Customer[];
  /** The list that the rows are a page of, where all of it may be chosen. */
  all?: { filter: string | undefined; q: string | undefined; total: number; capped: boolean; page: number };
  onDone: () => void;
}) {
  const t = useWord();
  const may = useMay();
  const act = useCustomerChange();
  const dictionaries = useDictionaries();
  const people = usePeopleMenu();
  const fields = useFields('customer');
  const { data: segments } = useQuery({ ...segmentsQuery(), enabled: may('task.write') });
  const [whole, setWhole] = useState<number | null>(null);
  const [progress, setProgress] = useState<Operation | null>(null);
  const [busy, setBusy] = useState(false);
  const [filing, setFiling] = useState(false);
  const [setting, setSetting] = useState<Field | null>(null);
  const [failed, setFailed] = useState<Operation | null>(null);
  const n = whole ?? rows.length;
  const offered = all && rows.length === all.page && all.total > rows.length && !(all.capped && all.q);

  const choose = async () => {
    if (!all) return;
    try {
      setWhole(all.capped ? (await post<{ count: number }>('/segments/count', { filter: all.filter ?? '{"all":[]}' })).count : all.total);
    } catch (e) {
      tellError(e);
    }
  };
  const run = async (verb: string, what: object, text: (n: string) => string) => {
    const choice: Choice =
      whole !== null && all
        ? { filter: all.filter, q: all.q, expected_count: whole }
        : { records: rows.map((r) => ({ id: r.id, version: r.version })) };
    setBusy(true);
    try {
      const o = await inBulk(verb, choice, what, setProgress);
      await act.lists();
      if (o.done && o.undoable)
        tellUndo(text(count(o.done)), async () => {
          try {
            const back = await undoBulk(o.id);
            await act.lists();
            tell(t('customer.bulk.undone', { count: back.done, total: o.done }));
          } catch (e) {
            tellError(e);
          }
        });
      else if (o.done) tell(text(count(o.done)));
      if (o.problems.length) setFailed(o);
      else onDone();
    } catch (e) {
      tellError(e);
    } finally {
      setBusy(false);
      setProgress(null);
    }
  };

  const transfer = async (to: { id: string; name: string }) => {
    const why = await askReason(
      t('customer.ask.transfer', { name: to.name }),
      dictionaries.values('transfer_reason'),
      t('customer.bulk.count', { count: n }),
    );
    if (!why) return;
    await run('transfer', { to: to.id, reason: why.reason ?? why.note, note: why.note || undefined }, (k) =>
      t('customer.bulk.transferred', { count: k, name: to.name }),
    );
  };
  const release = async () => {
    const why = await askReason(t('customer.bulk.ask_release', { count: n }), [], t('customer.ask.release_text'));
    if (why) await run('release', { reason: why.note }, (k) => t('customer.bulk.released', { count: k }));
  };
  const tags = dictionaries.values('tag');
  const parents = new Set(tags.map((v) => v.parent));
  const tagItems = (remove: boolean): Item[] =>
    tags
      .filter((v) => !parents.has(v.code))
      .map((v) => ({
        key: `${remove}${v.code}`,
        label: remove ? t('customer.bulk.untag', { tag: v.label }) : v.label,
        hint: tags.find((p) => p.code === v.parent)?.label,
        text: [v.label, tags.find((p) => p.code === v.parent)?.label].join(' '),
        icon: <i className={`dot tone-${v.color ?? 'gray'}`} />,
        run: () =>
          void run('tag', remove ? { remove: [v.code] } : { add: [v.code] }, (k) =>
            t(remove ? 'customer.bulk.untagged' : 'customer.bulk.tagged', { count: k, tag: v.label }),
          ),
      }));
  const fieldItems = (): Item[] =>
    FIELDS.flatMap((name) => {
      const field = fields?.find((f) => f.name === name);
      if (!field?.dictionary) return [];
      return dictionaries.values(field.dictionary).map((v) => ({
        key: `${name}/${v.code}`,
        label: t('customer.bulk.field', { field: field.label, value: v.label }),
        text: [t('customer.bulk.field', { field: field.label, value: v.label }), field.label, v.label].join(' '),
        run: () =>
          void run('change', { set: { [name]: v.code } }, (k) =>
            t('customer.bulk.changed', { count: k, field: field.label, value: v.label }),
          ),
      }));
    });
  const ours = (fields ?? []).filter((f) => f.custom && !f.read_only);
  const ownItem = (f: Field, code: unknown, value: string): Item => ({
    key: `${f.name}/${code}`,
    label: t('customer.bulk.field', { field: f.label, value }),
    text: [t('customer.bulk.field', { field: f.label, value }), f.label, value].join(' '),
    run: () =>
      void run('change', { set: { custom: { [f.name]: code } } }, (k) => t('customer.bulk.changed', { count: k, field: f.label, value })),
  });
  const ownItems = (): Item[] => [
    ...ours
      .filter((f) => LISTED.includes(f.kind))
      .flatMap((f) =>
        f.kind === 'boolean'
          ? [ownItem(f, true, t('app.label.yes')), ownItem(f, false, t('app.label.no'))]
          : dictionaries.values(f.dictionary ?? '').map((v) => ownItem(f, v.code, v.label)),
      ),
    ...ours
      .filter((f) => PICKED.includes(f.kind))
      .map((f) => ({ key: f.name, label: t('customer.bulk.set', { field: f.label }), text: f.label, run: () => setSetting(f) })),
  ];
  const found = (items: Item[]) => async (q: string) =>
    items.filter((i) => 'line' in i || !q || (i.text ?? '').toLowerCase().includes(q.toLowerCase()));
  const playbooks = (segments ?? []).filter((g) => g.playbook.length > 0 && g.followed);
  return (
    <>
      <div className="bulk" role="toolbar" aria-label={t('customer.bulk.label')}>
        <b className="tn">
          {progress
            ? t('customer.bulk.progress', { count: count(progress.total - progress.waiting), total: count(progress.total) })
            : t('customer.bulk.count', { count: count(n) })}
        </b>
        {offered && whole === null && !busy && (
          <button type="button" className="bulk-all" onClick={() => void choose()}>
            {t(all.capped ? 'customer.bulk.choose_all' : 'customer.bulk.choose_total', { count: count(all.total) })}
          </button>
        )}
        <i />
        {may('customer.transfer') && (
          <button type="button" disabled={busy} onClick={(e) => people(e.currentTarget, null, (p) => void transfer(p))}>
            <UserRound size={15} />
            {t('customer.verb.transfer')}
          </button>
        )}
        {may('customer.write') && (
          <>
            <button
              type="button"
              disabled={busy}
              onClick={(e) =>
                openMenu({
                  anchor: e.currentTarget,
                  search: t('customer.bulk.find_tag'),
                  items: found([...tagItems(false), { line: 'off' }, ...tagItems(true)]),
                })
              }
            >
              <TagIcon size={15} />
              {t('customer.verb.tag')}
            </button>
            <button
              type="button"
              disabled={busy}
              onClick={(e) =>
                openMenu({ anchor: e.currentTarget, search: t('customer.bulk.find_field'), items: found([...fieldItems(), ...ownItems()]) })
              }
            >
              <ListChecks size={15} />
              {t('customer.bulk.change')}
            </button>
            <button
              type="button"
              disabled={busy}
              onClick={(e) =>
                people(
                  e.currentTarget,
                  null,
                  (p) => void run('collaborate', { user_id: p.id }, (k) => t('customer.bulk.shared', { count: k, name: p.name })),
                )
              }
            >
              <UserPlus size={15} />
              {t('customer.bulk.collaborate')}
            </button>
          </>
        )}
        {may('customer.write') && (
          <button type="button" disabled={busy} onClick={() => void run('check', {}, (k) => t('quality.state.checked', { count: k }))}>
            <BadgeCheck size={15} />
            {t('quality.verb.bulk')}
          </button>
        )}
        {playbooks.length > 0 && (
          <button
            type="button"
            disabled={busy}
            onClick={(e) =>
              openMenu({
                anchor: e.currentTarget,
                items: playbooks.map((g) => ({
                  key: g.id,
                  label: g.name,
                  icon: <i className={`dot tone-${g.tone || 'gray'}`} />,
                  run: () =>
                    void run('playbook', { segment_id: g.id }, (k) => t('customer.bulk.playbook_taken', { count: k, name: g.name })),
                })),
              })
            }
          >
            <Undo2 size={15} style={{ transform: 'scaleX(-1)' }} />
            {t('customer.bulk.playbook')}
          </button>
        )}
        {may('customer.archive') && (
          <button type="button" disabled={busy} onClick={() => setFiling(true)}>
            <Archive size={15} />
            {t('archive.verb.put')}
          </button>
        )}
        {may('customer.release') && (
          <button type="button" disabled={busy} onClick={() => void release()}>
            <Waves size={15} />
            {t('customer.verb.release')}
          </button>
        )}
        <i />
        <button type="button" aria-label={t('customer.bulk.clear')} onClick={onDone}>
          <X size={15} />
        </button>
      </div>
      {filing && (
        <PutSheet
          many={{ n, run: (body) => run('archive', body, (k) => t('archive.state.putmany', { count: k })) }}
          onClose={() => setFiling(false)}
        />
      )}
      {setting && (
        <SetOne
          field={setting}
          n={n}
          onClose={() => setSetting(null)}
          run={(value) =>
            void run('change', { set: { custom: { [setting.name]: value } } }, (k) =>
              t('customer.bulk.changed_field', { count: k, field: setting.label }),
            )
          }
        />
      )}
      {failed && (
        <Sheet
          title={t('customer.bulk.failed', { count: failed.problems.length })}
          onClose={() => setFailed(null)}
          footer={
            <>
              <span className="sp" />
              <Button
                look="primary"
                onClick={() => {
                  setFailed(null);
                  onDone();
                }}
              >
                {t('app.verb.ok')}
              </Button>
            </>
          }
        >
          <ul className="rows">
            {failed.problems.map((p) => (
              <li key={p.customer_id}>
                <div className="sp">
                  <b>{p.name || t('customer.bulk.unknown')}</b>
                  <small className="overdue">{p.message}</small>
                </div>
              </li>
            ))}
          </ul>
        </Sheet>
      )}
    </>
  );
}
