import { Tag as TagIcon, UserRound, X } from 'lucide-react';
import { useState } from 'react';
import { patch, post, said } from '@/api/client';
import { useDictionaries, useMay } from '@/api/shared';
import type { Customer } from '@/api/types';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { openMenu } from '@/kit/menu';
import { Sheet } from '@/kit/sheet';
import { tell, tellUndo } from '@/kit/toast';
import { askReason, useCustomerChange, usePeopleMenu } from './change';

type Result = { name: string; fresh?: Customer; before: Customer; problem?: string };

/** One change per record with its version, so that one refusal stops no other; what was refused is listed with its reason. */
export function BulkBar({ rows, onDone }: { rows: Customer[]; onDone: () => void }) {
  const t = useWord();
  const may = useMay();
  const act = useCustomerChange();
  const dictionaries = useDictionaries();
  const people = usePeopleMenu();
  const [progress, setProgress] = useState<number | null>(null);
  const [failed, setFailed] = useState<Result[]>([]);

  const run = async (
    send: (c: Customer) => Promise<Customer>,
    back: (fresh: Customer, before: Customer) => Promise<Customer>,
    text: (n: number) => string,
  ) => {
    setProgress(0);
    const results: Result[] = [];
    for (const c of rows) {
      try {
        results.push({ name: c.name, before: c, fresh: await send(c) });
      } catch (e) {
        results.push({ name: c.name, before: c, problem: said(e) });
      }
      setProgress(results.length);
    }
    setProgress(null);
    const good = results.filter((r) => r.fresh);
    const bad = results.filter((r) => r.problem);
    for (const r of good) if (r.fresh) act.put(r.fresh);
    void act.lists();
    if (good.length)
      tellUndo(text(good.length), async () => {
        let undone = 0;
        for (const r of good) {
          try {
            if (r.fresh) await back(r.fresh, r.before);
            undone++;
          } catch {
            // somebody changed it since: it stays as it is, the number says so
          }
        }
        void act.lists();
        tell(t('customer.bulk.undone', { count: undone, total: good.length }));
      });
    if (bad.length) setFailed(bad);
    else onDone();
  };

  const transfer = async (to: { id: string; name: string }) => {
    const why = await askReason(
      t('customer.ask.transfer', { name: to.name }),
      dictionaries.values('transfer_reason'),
      t('customer.bulk.count', { count: rows.length }),
    );
    if (!why) return;
    const body = { reason: why.reason ?? why.note, note: why.note || undefined };
    await run(
      (c) => post<Customer>(`/customers/${c.id}/transfer`, { to: to.id, ...body }, c.version),
      (fresh, before) => post<Customer>(`/customers/${fresh.id}/transfer`, { to: before.owner_id, ...body }, fresh.version),
      (n) => t('customer.bulk.transferred', { count: n, name: to.name }),
    );
  };
  const tag = (code: string, label: string) =>
    void run(
      (c) => (c.tags.includes(code) ? Promise.resolve(c) : patch<Customer>(`/customers/${c.id}`, { tags: [...c.tags, code] }, c.version)),
      (fresh, before) =>
        before.tags.includes(code)
          ? Promise.resolve(fresh)
          : patch<Customer>(`/customers/${fresh.id}`, { tags: before.tags }, fresh.version),
      (n) => t('customer.bulk.tagged', { count: n, tag: label }),
    );
  const tags = dictionaries.values('tag');
  const parents = new Set(tags.map((v) => v.parent));
  return (
    <>
      <div className="bulk" role="toolbar" aria-label={t('customer.bulk.label')}>
        <b className="tn">
          {progress === null
            ? t('customer.bulk.count', { count: rows.length })
            : t('customer.bulk.progress', { count: progress, total: rows.length })}
        </b>
        <i />
        {may('customer.transfer') && (
          <button type="button" disabled={progress !== null} onClick={(e) => people(e.currentTarget, null, (p) => void transfer(p))}>
            <UserRound size={15} />
            {t('customer.verb.transfer')}
          </button>
        )}
        {may('customer.write') && (
          <button
            type="button"
            disabled={progress !== null}
            onClick={(e) =>
              openMenu({
                anchor: e.currentTarget,
                search: t('customer.bulk.find_tag'),
                items: tags
                  .filter((v) => !parents.has(v.code))
                  .map((v) => ({
                    key: v.code,
                    label: v.label,
                    icon: <i className={`dot tone-${v.color ?? 'gray'}`} />,
                    run: () => tag(v.code, v.label),
                  })),
              })
            }
          >
            <TagIcon size={15} />
            {t('customer.verb.tag')}
          </button>
        )}
        <i />
        <button type="button" aria-label={t('customer.bulk.clear')} onClick={onDone}>
          <X size={15} />
        </button>
      </div>
      {failed.length > 0 && (
        <Sheet
          title={t('customer.bulk.failed', { count: failed.length })}
          onClose={() => setFailed([])}
          footer={
            <>
              <span className="sp" />
              <Button
                look="primary"
                onClick={() => {
                  setFailed([]);
                  onDone();
                }}
              >
                {t('app.verb.ok')}
              </Button>
            </>
          }
        >
          <ul className="rows">
            {failed.map((r) => (
              <li key={r.before.id}>
                <div className="sp">
                  <b>{r.name}</b>
                  <small className="overdue">{r.problem}</small>
                </div>
              </li>
            ))}
          </ul>
        </Sheet>
      )}
    </>
  );
}
