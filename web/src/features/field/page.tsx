import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Archive, ArrowDown, ArrowUp, BookText, Ellipsis, ListPlus, Pencil, Plus, RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { patch, Refused, remove } from '@/api/client';
import { rolesQuery, useDictionaries, useIndustries } from '@/api/shared';
import type { OwnField } from '@/api/types';
import { Page } from '@/app/page';
import { usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { Button, IconButton, Segmented, Tabs } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { ask, confirm } from '@/kit/dialog';
import { openMenu } from '@/kit/menu';
import { Empty, Failed, Lines } from '@/kit/states';
import { tell, tellError, tellUndo } from '@/kit/toast';
import { iconOf, isMasked, moved, nameOf, ownFieldsQuery, positions, RECORDS, recordOf, useFresh } from './data';
import { FieldSheet } from './sheet';
import { Templates } from './templates';

const route = getRouteApi('/app/admin/fields');

/** 字段: what the company keeps of its records besides; in the order and under the headings of the forms. */
export default function FieldsPage() {
  const t = useWord();
  const client = useQueryClient();
  const fresh = useFresh();
  const navigate = useNavigate();
  const of = recordOf(route.useSearch().of);
  const { data, error, refetch } = useQuery(ownFieldsQuery(of));
  const [view, setView] = useState<'used' | 'retired'>('used');
  const [open, setOpen] = useState<OwnField | 'new' | null>(null);
  const all = data ?? [];
  const shown = all.filter((f) => f.active === (view === 'used'));
  const headings = [...new Set(shown.map((f) => f.group ?? ''))].sort((a, b) => Number(!!a) - Number(!!b));

  const move = async (f: OwnField, by: 1 | -1) => {
    const order = moved(all, f.id, by);
    if (!order) return;
    client.setQueryData(ownFieldsQuery(of).queryKey, order);
    try {
      for (const x of positions(order)) await patch(`/fields/${of}/${x.field.id}`, { position: x.position }, x.field.version);
    } catch (e) {
      tellError(e);
    }
    await fresh();
  };
  const turn = async (f: OwnField, active: boolean, undoing = false): Promise<void> => {
    try {
      const now = await patch<OwnField>(`/fields/${of}/${f.id}`, { active }, f.version);
      await fresh();
      const text = t(active ? 'field.state.revived' : 'field.state.retired_now', { label: f.label });
      if (undoing) tell(t('app.state.undone'));
      else tellUndo(text, () => void turn(now, !active, true));
    } catch (e) {
      tellError(e instanceof Refused && e.first()?.field === 'label' ? t('field.error.label_taken') : e);
    }
  };
  const drop = async (f: OwnField): Promise<void> => {
    if (!(await confirm(t('field.ask.delete', { label: f.label }), t('field.ask.delete_text'), t('app.verb.delete')))) return;
    try {
      await remove(`/fields/${of}/${f.id}`, f.version);
      await fresh();
      tell(t('app.state.deleted'));
    } catch (e) {
      const used = e instanceof Refused && e.code === 'in_use';
      const text = t('field.error.in_use', { label: f.label });
      if (!used || !f.active) tellError(used ? text : e);
      else if (await ask<true>({ title: text, text: t('field.ask.retire_instead'), ok: t('field.verb.retire'), value: true }))
        await turn(f, false);
    }
  };
  const act = { move, turn, drop, edit: setOpen };
  return (
    <Page
      narrow
      title={t('app.nav.fields')}
      sub={data?.length ? t('field.label.count', { count: all.filter((f) => f.active).length }) : undefined}
      actions={
        <Button look="primary" icon={<Plus size={15} />} onClick={() => setOpen('new')}>
          {t('field.verb.add')}
        </Button>
      }
    >
      <div className="list-tabs">
        <Tabs
          label={t('field.label.record')}
          value={of}
          options={RECORDS.map((r) => ({ value: r as string, label: t(`field.record.${r.replace('-', '_') as 'order'}`) }))}
          onChange={(r) => {
            setView('used');
            void navigate({ to: '/admin/fields', search: { of: r === 'customer' ? undefined : r }, replace: true });
          }}
        />
      </div>
      <div className="page-b form">
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : !data ? (
          <Lines count={8} />
        ) : !all.length ? (
          <Empty icon={ListPlus} title={t('field.empty.title')} hint={t('field.empty.hint')}>
            <Button look="primary" icon={<Plus size={15} />} onClick={() => setOpen('new')}>
              {t('field.verb.add')}
            </Button>
          </Empty>
        ) : (
          <>
            <div className="row wrap own-tools">
              <p className="field-help sp">{t('field.hint.page')}</p>
              <Link to="/admin/dictionaries" className="btn sm ghost">
                <BookText size={14} /> {t('field.verb.words')}
              </Link>
              {all.some((f) => !f.active) && (
                <Segmented
                  small
                  label={t('field.label.view')}
                  value={view}
                  onChange={setView}
                  options={[
                    { value: 'used', label: t('field.view.used') },
                    { value: 'retired', label: t('field.view.retired') },
                  ]}
                />
              )}
            </div>
            {!shown.length && <p className="field-help">{t('field.empty.view')}</p>}
            {headings.map((h) => (
              <section key={h} className="card own-card">
                <h2>
                  {h || t('field.label.no_heading')}
                  <small className="tn">{shown.filter((f) => (f.group ?? '') === h).length}</small>
                </h2>
                <ul className="rows">
                  {shown
                    .filter((f) => (f.group ?? '') === h)
                    .map((f, i, same) => (
                      <Row key={f.id} field={f} first={i === 0} last={i === same.length - 1} act={act} />
                    ))}
                </ul>
              </section>
            ))}
          </>
        )}
        {of === 'customer' && <Templates />}
      </div>
      {open && (
        <FieldSheet
          key={open === 'new' ? 'new' : open.id}
          of={of}
          field={open === 'new' ? undefined : open}
          all={all}
          onClose={() => setOpen(null)}
          onDrop={(f) => {
            setOpen(null);
            void drop(f);
          }}
          onTurn={(f) => {
            setOpen(null);
            void turn(f, !f.active);
          }}
        />
      )}
    </Page>
  );
}

type Act = {
  move: (f: OwnField, by: 1 | -1) => Promise<void>;
  turn: (f: OwnField, active: boolean) => Promise<void>;
  drop: (f: OwnField) => Promise<void>;
  edit: (f: OwnField) => void;
};

function Row({ field: f, first, last, act }: { field: OwnField; first: boolean; last: boolean; act: Act }) {
  const t = useWord();
  const phone = usePhone();
  const whom = useWhom(f);
  const Icon = iconOf(f.kind);
  const menu = (anchor: HTMLElement) =>
    openMenu({
      anchor,
      align: 'end',
      items: [
        { key: 'edit', label: t('app.verb.edit'), icon: <Pencil size={15} />, run: () => act.edit(f) },
        ...(first ? [] : [{ key: 'up', label: t('customer.verb.move_up'), icon: <ArrowUp size={15} />, run: () => void act.move(f, -1) }]),
        ...(last
          ? []
          : [{ key: 'down', label: t('customer.verb.move_down'), icon: <ArrowDown size={15} />, run: () => void act.move(f, 1) }]),
        f.active
          ? { key: 'retire', label: t('field.verb.retire'), icon: <Archive size={15} />, run: () => void act.turn(f, false) }
          : { key: 'revive', label: t('field.verb.revive'), icon: <RotateCcw size={15} />, run: () => void act.turn(f, true) },
        { line: 'end' },
        { key: 'delete', label: t('app.verb.delete'), icon: <Trash2 size={15} />, danger: true, run: () => void act.drop(f) },
      ],
    });
  return (
    <li className="own-row">
      <span className="own-icon" aria-hidden="true">
        <Icon size={16} strokeWidth={1.75} />
      </span>
      <button type="button" className="sp cut linklike" onClick={() => act.edit(f)}>
        <b className="cut">{nameOf(f)}</b>
        <small className="cut">{[t(`field.kind.${f.kind}`), f.unit, ...whom].filter(Boolean).join(' · ')}</small>
      </button>
      {f.required && <Chip tone="amber">{t('field.label.required')}</Chip>}
      {f.unique && <Chip tone="blue">{t('field.label.unique')}</Chip>}
      {isMasked(f.kind, f.sensitive) && <Chip tone="violet">{t('field.label.sealed')}</Chip>}
      {!phone && (
        <>
          <IconButton small label={`${t('customer.verb.move_up')} ${f.label}`} disabled={first} onClick={() => void act.move(f, -1)}>
            <ArrowUp size={14} />
          </IconButton>
          <IconButton small label={`${t('customer.verb.move_down')} ${f.label}`} disabled={last} onClick={() => void act.move(f, 1)}>
            <ArrowDown size={14} />
          </IconButton>
        </>
      )}
      <IconButton label={`${t('app.verb.more')} ${f.label}`} aria-haspopup="menu" onClick={(e) => menu(e.currentTarget)}>
        <Ellipsis size={16} />
      </IconButton>
    </li>
  );
}

/** Who sees it, who writes it, and which customers have it; nothing where it is everybody. */
function useWhom(f: OwnField): string[] {
  const t = useWord();
  const { data: roles } = useQuery(rolesQuery);
  const dictionaries = useDictionaries();
  const industries = useIndustries(f.industries.length > 0);
  const list = (names: string[]) => names.join(t('app.sign.list'));
  const named = (ids: string[]) => list(ids.flatMap((id) => roles?.find((r) => r.id === id)?.name ?? []));
  return [
    f.see_roles.length ? t('field.label.seen_by', { roles: named(f.see_roles) }) : '',
    f.edit_roles.length ? t('field.label.edited_by', { roles: named(f.edit_roles) }) : '',
    f.kinds.length ? t('field.label.only', { what: list(f.kinds.map((k) => dictionaries.label('customer_kind', k))) }) : '',
    f.industries.length ? t('field.label.only', { what: list(f.industries.map((i) => industries.names(i).at(-1) ?? i)) }) : '',
  ];
}
