import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { FileUp, MessageSquareHeart, Plus, X } from 'lucide-react';
import { useMemo } from 'react';
import { useDictionaries, useFields, useMay, useMe } from '@/api/shared';
import type { Feedback, Need } from '@/api/types';
import { Page } from '@/app/page';
import { openIt, usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { ExportButton } from '@/features/export/button';
import { useOwnColumns } from '@/features/field/section';
import { totalQuery } from '@/features/report/data';
import { FromReport } from '@/features/report/from';
import { Button, Tabs } from '@/kit/button';
import { FieldInput } from '@/kit/fieldinput';
import { Empty, Failed, Lines } from '@/kit/states';
import { type Column, ListTable, Pager, PhonePager } from '@/kit/table';
import { Person, When } from '@/kit/value';
import { ABOUT, type Entry, filterOf, listQuery, type Noun, type Search, VIEWS, whenOf } from './data';
import { ServiceLine } from './line';
import { KindChip, Points, PriorityChip, StateButton } from './parts';

/** The list of needs, or of feedback. */
export function ServiceList({ noun }: { noun: Noun }) {
  const t = useWord();
  const me = useMe();
  const may = useMay();
  const phone = usePhone();
  const navigate = useNavigate();
  const s = useSearch({ strict: false }) as Search;
  const about = ABOUT[noun];
  const view = VIEWS.find((v) => v === s.view) ?? 'open';
  const go = (change: Partial<Search>) =>
    void navigate({ to: about.path as '/needs', search: { ...s, cursor: undefined, ...change }, replace: true });
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...listQuery(noun, { ...s, view }, me.id),
    placeholderData: keepPreviousData,
  });
  const columns = useColumns(noun);
  const total = useQuery({ ...totalQuery(about.path, filterOf(noun, { ...s, view }, me.id)), enabled: !!s.r }).data;
  const filtered = !!(s.r || s.kind || s.state || s.priority || s.owner);
  const create = may(about.write) && (
    <Button look="primary" icon={<Plus size={15} />} onClick={() => openIt({ what: noun })}>
      {phone ? t('app.verb.create') : t(about.words.create)}
    </Button>
  );
  const empty = (
    <Empty icon={MessageSquareHeart} title={t(filtered ? 'service.empty.filtered' : about.words.empty)} hint={t(about.words.hint)}>
      {create}
    </Empty>
  );
  return (
    <Page
      flush
      title={t(about.words.title)}
      sub={s.r && total}
      actions={
        <>
          {may('customer.import') && !phone && (
            <Button
              look="ghost"
              icon={<FileUp size={15} />}
              onClick={() => void navigate({ to: '/imports/new', search: { target: noun } })}
            >
              {t('service.verb.import')}
            </Button>
          )}
          <ExportButton target={noun} columns={about.exported} filter={filterOf(noun, { ...s, view }, me.id)} sort={s.sort} />
          {create}
        </>
      }
    >
      <div className="list-tabs">
        <Tabs
          label={t(about.words.title)}
          value={view}
          options={VIEWS.map((v) => ({
            value: v,
            label: t(({ open: 'service.view.open', mine: 'service.view.mine', all: 'service.view.all' } as const)[v]),
          }))}
          onChange={(v) => go({ view: v === 'open' ? undefined : v })}
        />
      </div>
      <Filters noun={noun} s={s} go={go} />
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : phone ? (
        !data ? (
          <div className="page-b">
            <Lines count={8} height={72} />
          </div>
        ) : !data.items.length ? (
          empty
        ) : (
          <div className="page-b">
            <ul className={isPlaceholderData ? 'svc stale' : 'svc'}>
              {data.items.map((x) => (
                <ServiceLine key={x.id} noun={noun} x={x} customer />
              ))}
            </ul>
            <PhonePager next={data.next} prev={data.prev} onGo={(cursor) => go({ cursor })} />
          </div>
        )
      ) : (
        <>
          <ListTable
            label={t(about.words.title)}
            columns={columns}
            rows={data?.items}
            stale={isPlaceholderData}
            sort={s.sort ?? `-${about.at}`}
            onSort={(sort) => go({ sort })}
            empty={empty}
          />
          <Pager
            next={data?.next}
            prev={data?.prev}
            onGo={(cursor) => go({ cursor })}
            limit={s.limit ?? 50}
            onLimit={(limit) => go({ limit })}
            range={t('customer.label.range', { shown: data?.items.length ?? 0 })}
          />
        </>
      )}
    </Page>
  );
}

function Filters({ noun, s, go }: { noun: Noun; s: Search; go: (change: Partial<Search>) => void }) {
  const t = useWord();
  const dictionaries = useDictionaries();
  const fields = useFields(noun);
  const label = (name: string) => fields?.find((f) => f.name === name)?.label ?? '';
  const choice = (name: 'kind' | 'state' | 'priority', dictionary: string) => (
    <select
      key={name}
      className={s[name] ? 'input svc-f on' : 'input svc-f'}
      aria-label={label(name)}
      value={s[name] ?? ''}
      onChange={(e) => go({ [name]: e.target.value || undefined })}
    >
      <option value="">{t('service.label.any', { label: label(name) })}</option>
      {dictionaries.values(dictionary).map((v) => (
        <option key={v.code} value={v.code}>
          {v.label}
        </option>
      ))}
    </select>
  );
  return (
    <div className="tools">
      <FromReport r={s.r} onRemove={() => go({ r: undefined })} />
      {choice('state', ABOUT[noun].states)}
      {choice('kind', ABOUT[noun].kinds)}
      {noun === 'need' && choice('priority', 'priority')}
      {s.view !== 'mine' && (
        <span className="svc-owner">
          <FieldInput
            field={{ name: 'owner_id', label: label('owner_id'), kind: 'user', dictionary: null }}
            value={s.owner ?? null}
            onChange={(v) => go({ owner: (v as string | null) ?? undefined })}
          />
        </span>
      )}
      {(s.kind || s.state || s.priority || s.owner) && (
        <Button
          look="ghost"
          icon={<X size={14} />}
          onClick={() => go({ kind: undefined, state: undefined, priority: undefined, owner: undefined })}
        >
          {t('service.verb.clear')}
        </Button>
      )}
    </div>
  );
}

function useColumns(noun: Noun): Column<Entry>[] {
  const fields = useFields(noun);
  const dictionaries = useDictionaries();
  const ours = useOwnColumns<Entry>(noun);
  return useMemo(() => {
    const label = (name: string) => fields?.find((f) => f.name === name)?.label ?? '';
    const col = (key: string, width: number, render: (x: Entry) => React.ReactNode, sortable = false): Column<Entry> => ({
      key,
      title: label(key),
      width,
      sortable,
      render,
    });
    const at = ABOUT[noun].at;
    return [
      col('description', 320, (x) => (
        <button type="button" className="cut link plain svc-t" onClick={() => openIt({ what: noun, id: x.id })} title={x.description}>
          {x.description || x.code}
        </button>
      )),
      col('customer_id', 200, (x) => (
        <Link to="/customers/$id" params={{ id: x.customer_id }} search={{ tab: 'service' }} className="cut link plain">
          {x.customer_name ?? '—'}
        </Link>
      )),
      col('state', 124, (x) => <StateButton noun={noun} x={x} />),
      col('kind', 104, (x) => <KindChip noun={noun} kind={x.kind} />),
      ...(noun === 'need'
        ? [col('priority', 80, (x) => <PriorityChip code={(x as Need).priority} />)]
        : [
            col('topic', 110, (x) => <span className="tx2">{dictionaries.label('feedback_topic', (x as Feedback).topic)}</span>),
            col('satisfaction', 130, (x) => <Points value={(x as Feedback).satisfaction} />, true),
          ]),
      col('owner_id', 110, (x) => <Person name={x.owner_name} />),
      col(at, 110, (x) => <When at={whenOf(x)} quiet />, true),
      col('closed_at', 110, (x) => <When at={x.closed_at} quiet />, true),
      col('code', 130, (x) => <span className="mut tn">{x.code}</span>),
      ...ours,
    ];
  }, [fields, dictionaries, noun, ours]);
}
