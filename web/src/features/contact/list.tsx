import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Contact as ContactIcon, ListFilter, Phone } from 'lucide-react';
import { useMemo } from 'react';
import { get } from '@/api/client';
import { useFields } from '@/api/shared';
import type { Contact, List } from '@/api/types';
import { Page } from '@/app/page';
import { SearchBox } from '@/app/searchbox';
import { usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { isSensitive } from '@/features/customer/query';
import { ExportButton } from '@/features/export/button';
import { FilterBuilder } from '@/features/filter/builder';
import { type FilterTree, join, type Node, type Rule, ruleCount, toNode } from '@/features/filter/tree';
import { FilterChips } from '@/features/filter/words';
import { ViewBar } from '@/features/view/bar';
import { ColumnChooser } from '@/features/view/columns';
import { widened } from '@/features/view/data';
import { useListView } from '@/features/view/use';
import { Button } from '@/kit/button';
import { Avatar } from '@/kit/chips';
import { Pop } from '@/kit/float';
import { Empty, Failed, Lines } from '@/kit/states';
import { ListTable, Pager, PhonePager } from '@/kit/table';
import { useColumns } from './columns';
import { useReveal } from './reveal';

const route = getRouteApi('/app/contacts');
const NOBODY = new Map<string, string>();
const USUAL = ['customer_id', 'title', 'role', 'mobile', 'mobile2', 'wechat', 'wechat_state', 'email'];
const VIEWS = ['all', 'primary'] as const;
const PRIMARY: Rule = { field: 'primary', op: 'eq', value: true };

export default function ContactsPage() {
  const t = useWord();
  const phone = usePhone();
  const navigate = useNavigate();
  const s = route.useSearch();
  const fields = useFields('contact');
  const reveal = useReveal();
  const limit = s.limit ?? 50;
  const filter: FilterTree = s.f ?? { mode: 'all', rules: [] };
  const view = VIEWS.find((v) => v === s.view) ?? 'all';
  const node = join('all', [...(view === 'primary' ? [PRIMARY] : []), ...(toNode(s.f) ? [toNode(s.f) as Node] : [])]);
  const filterText = node ? JSON.stringify('field' in node ? { all: [node] } : node) : undefined;
  const active = ruleCount(s.f);
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['contacts', 'list', s],
    queryFn: ({ signal }) => get<List<Contact>>('/contacts', { q: s.q, filter: filterText, sort: s.sort, cursor: s.cursor, limit }, signal),
    placeholderData: keepPreviousData,
  });
  const narrow = (f: FilterTree) => go({ f: f.rules.length || f.groups?.length ? f : undefined });
  const go = (change: object) => void navigate({ to: '/contacts', search: { ...s, cursor: undefined, ...change }, replace: true });
  const usual = useMemo(
    () => [...USUAL, ...(fields ?? []).filter((f) => f.custom && f.list).map((f) => f.name)].map((name) => ({ name })),
    [fields],
  );
  const laid = useListView('contact', s, usual, (to) => void navigate({ to: '/contacts', search: to, replace: true }));
  const names = useMemo(() => laid.laid.map((c) => c.name).filter((name) => name !== 'name'), [laid.laid]);
  const columns = useColumns(names).map((c) => ({ ...c, width: laid.laid.find((x) => x.name === c.key)?.width ?? c.width }));
  const empty = (
    <Empty
      icon={ContactIcon}
      title={t(s.q || active ? 'contact.empty.filtered' : 'contact.empty.title')}
      hint={t('contact.empty.list_hint')}
    />
  );
  return (
    <Page flush title={t('app.nav.contacts')}>
      <ViewBar
        record="contact"
        tabs={VIEWS.map((v) => ({ value: v, label: t(`contact.view.${v}`) }))}
        tab={view}
        onTab={(v) => void navigate({ to: '/contacts', search: { view: v === 'all' && !laid.begins ? undefined : v, limit: s.limit } })}
        open={laid.open}
        onOpen={(to) => {
          laid.forget();
          void navigate({ to: '/contacts', search: 'view' in to ? { limit: s.limit, ...to } : { ...s, ...to, cursor: undefined } });
        }}
        now={{ tab: s.view, f: s.f, sort: s.sort, columns: laid.laid }}
        laid={laid.changed}
        arranged={laid.arranged}
      />
      <div className="tools">
        <SearchBox
          value={s.q}
          onSearch={(q) => void navigate({ to: '/contacts', search: { ...s, q, cursor: undefined }, replace: true })}
          hint={t('contact.hint.search')}
          refuse={{ when: isSensitive, why: t('contact.hint.numbers') }}
        />
        <Pop
          label={t('customer.verb.filter')}
          button={(toggle, open) => (
            <Button
              icon={<ListFilter size={15} />}
              onClick={toggle}
              aria-expanded={open}
              aria-label={t('customer.verb.filter')}
              className={active ? 'active' : ''}
            >
              {!phone && t('customer.verb.filter')}
              {active > 0 && <span className="count brand">{active}</span>}
            </Button>
          )}
        >
          {() => (
            <FilterBuilder
              fields={fields ?? []}
              value={filter.rules.length || filter.groups?.length ? filter : { mode: 'all', rules: [{ field: 'role', op: 'in' }] }}
              onChange={narrow}
            />
          )}
        </Pop>
        {fields && <FilterChips fields={fields} value={filter} onChange={narrow} people={NOBODY} />}
        <span className="sp" />
        <ExportButton target="contact" columns={['name', ...names]} q={s.q} filter={filterText} sort={s.sort} />
        {!phone && fields && (
          <ColumnChooser
            fields={fields}
            first="name"
            names={names}
            onChange={(next) => laid.set(next.map((name) => laid.laid.find((c) => c.name === name) ?? { name }))}
          />
        )}
      </div>
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : phone ? (
        !data ? (
          <div className="page-b">
            <Lines count={8} height={60} />
          </div>
        ) : !data.items.length ? (
          empty
        ) : (
          <>
            <ul className={isPlaceholderData ? 'mlist stale' : 'mlist'}>
              {data.items.map((p) => (
                <li key={p.id}>
                  <Link to="/customers/$id" params={{ id: p.customer_id }} search={{ tab: 'contacts' }}>
                    <Avatar name={p.name} size={40} />
                    <div className="mi">
                      <b>
                        {p.name} <small>{p.title}</small>
                      </b>
                      <small className="cut" style={{ display: 'block' }}>
                        {p.customer_name} {p.mobile && `· ${p.mobile}`}
                      </small>
                    </div>
                  </Link>
                  {(p.mobile || p.mobile2 || p.phone) && (
                    <button
                      type="button"
                      className="ib call"
                      aria-label={t('contact.verb.call_name', { name: p.name })}
                      onClick={() =>
                        reveal.call(p.id, p.mobile ? 'mobile' : p.mobile2 ? 'mobile2' : 'phone', { may: { add: true } as never })
                      }
                    >
                      <Phone size={18} />
                    </button>
                  )}
                </li>
              ))}
            </ul>
            <PhonePager next={data.next} prev={data.prev} onGo={(cursor) => void navigate({ to: '/contacts', search: { ...s, cursor } })} />
          </>
        )
      ) : (
        <>
          <ListTable
            label={t('app.nav.contacts')}
            columns={columns}
            rows={fields ? data?.items : undefined}
            stale={isPlaceholderData}
            sort={s.sort}
            onSort={(sort) => go({ sort })}
            onWidth={(name, width) => laid.set(widened(laid.laid, name, width))}
            empty={empty}
          />
          <Pager
            next={data?.next}
            prev={data?.prev}
            onGo={(cursor) => void navigate({ to: '/contacts', search: { ...s, cursor } })}
            limit={limit}
            onLimit={(n) => void navigate({ to: '/contacts', search: { ...s, limit: n, cursor: undefined } })}
            range={t('customer.label.range', { shown: data?.items.length ?? 0 })}
          />
        </>
      )}
    </Page>
  );
}
