import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { FileUp, MessageSquareHeart, Plus } from 'lucide-react';
import { useDictionaries, useMay, useMe } from '@/api/shared';
import type { Feedback, Need } from '@/api/types';
import { Page } from '@/app/page';
import { openIt, usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { ExportButton } from '@/features/export/button';
import { ruleCount } from '@/features/filter/tree';
import { totalQuery } from '@/features/report/data';
import { type Kit, keptRows, ListRows, ListTools, ListViews, useList, useListColumns } from '@/features/view/list';
import { Button } from '@/kit/button';
import { Empty } from '@/kit/states';
import { Person, When } from '@/kit/value';
import { ABOUT, type Entry, filterOf, listQuery, type Noun, type Search, VIEWS } from './data';
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
  const list = useList(noun, s, 'description', about.usual);
  const columns = useColumns(noun, list);
  const filter = filterOf(noun, { ...s, view }, me.id);
  const rows = useQuery({ ...listQuery(noun, { ...s, view }, me.id), ...keptRows });
  const total = useQuery({ ...totalQuery(about.path, filter), enabled: !!s.r }).data;
  const create = may(about.write) && (
    <Button look="primary" icon={<Plus size={15} />} onClick={() => openIt({ what: noun })}>
      {phone ? t('app.verb.create') : t(about.words.create)}
    </Button>
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
          <ExportButton target={noun} columns={['description', ...list.names]} filter={filter} sort={s.sort} />
          {create}
        </>
      }
    >
      <ListViews list={list} tabs={VIEWS.map((v) => ({ value: v, label: t(`service.view.${v}`) }))} tab={view} usual="open" />
      <ListTools list={list} starts="state" />
      <ListRows
        list={list}
        of={rows}
        columns={columns}
        label={t(about.words.title)}
        sort={`-${about.at}`}
        line={(x) => <ServiceLine key={x.id} noun={noun} x={x} customer />}
        empty={
          <Empty
            icon={MessageSquareHeart}
            title={t(s.r || ruleCount(s.f) ? 'service.empty.filtered' : about.words.empty)}
            hint={t(about.words.hint)}
          >
            {create}
          </Empty>
        }
      />
    </Page>
  );
}

const WIDTH = {
  customer_id: 200,
  state: 124,
  kind: 104,
  priority: 80,
  topic: 110,
  satisfaction: 130,
  owner_id: 110,
  created_at: 110,
  feedback_at: 110,
  closed_at: 110,
  code: 130,
};

function useColumns(noun: Noun, list: Kit) {
  const dictionaries = useDictionaries();
  return useListColumns<Entry>(
    list,
    () => ({
      width: 320,
      render: (x) => (
        <button type="button" className="cut link plain svc-t" onClick={() => openIt({ what: noun, id: x.id })} title={x.description}>
          {x.description || x.code}
        </button>
      ),
    }),
    {
      customer_id: (x) => (
        <Link to="/customers/$id" params={{ id: x.customer_id }} search={{ tab: 'service' }} className="cut link plain">
          {x.customer_name ?? '—'}
        </Link>
      ),
      state: (x) => <StateButton noun={noun} x={x} />,
      kind: (x) => <KindChip noun={noun} kind={x.kind} />,
      priority: (x) => <PriorityChip code={(x as Need).priority} />,
      topic: (x) => <span className="tx2">{dictionaries.label('feedback_topic', (x as Feedback).topic)}</span>,
      satisfaction: (x) => <Points value={(x as Feedback).satisfaction} />,
      owner_id: (x) => <Person name={x.owner_name} />,
      created_at: (x) => <When at={x.created_at} quiet />,
      feedback_at: (x) => <When at={(x as Feedback).feedback_at} quiet />,
      closed_at: (x) => <When at={x.closed_at} quiet />,
      responded_at: (x) => <When at={x.responded_at} quiet />,
      code: (x) => <span className="mut tn">{x.code}</span>,
    },
    WIDTH,
  );
}
