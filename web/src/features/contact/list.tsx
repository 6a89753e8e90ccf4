import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Contact as ContactIcon, Phone } from 'lucide-react';
import { get } from '@/api/client';
import type { Contact, List } from '@/api/types';
import { Page } from '@/app/page';
import { SearchBox } from '@/app/searchbox';
import { useWord } from '@/app/words';
import { isSensitive } from '@/features/customer/query';
import { ExportButton } from '@/features/export/button';
import { join, type Node, type Rule, ruleCount, toNode } from '@/features/filter/tree';
import { keptRows, ListRows, ListTools, ListViews, useList } from '@/features/view/list';
import { Avatar } from '@/kit/chips';
import { Empty } from '@/kit/states';
import { useColumns } from './columns';
import { useReveal } from './reveal';

const route = getRouteApi('/app/contacts');
const USUAL = ['customer_id', 'title', 'role', 'mobile', 'mobile2', 'wechat', 'wechat_state', 'email'];
const VIEWS = ['all', 'primary'] as const;
const PRIMARY: Rule = { field: 'primary', op: 'eq', value: true };

export default function ContactsPage() {
  const t = useWord();
  const s = route.useSearch();
  const reveal = useReveal();
  const list = useList('contact', s, 'name', USUAL);
  const columns = useColumns(list);
  const view = VIEWS.find((v) => v === s.view) ?? 'all';
  const node = join('all', [...(view === 'primary' ? [PRIMARY] : []), ...(toNode(s.f) ? [toNode(s.f) as Node] : [])]);
  const filter = node ? JSON.stringify('field' in node ? { all: [node] } : node) : undefined;
  const rows = useQuery({
    queryKey: ['contacts', 'list', s],
    queryFn: ({ signal }) =>
      get<List<Contact>>('/contacts', { q: s.q, filter, sort: s.sort, cursor: s.cursor, limit: s.limit ?? 50 }, signal),
    ...keptRows,
  });
  return (
    <Page flush title={t('app.nav.contacts')}>
      <ListViews list={list} tabs={VIEWS.map((v) => ({ value: v, label: t(`contact.view.${v}`) }))} tab={view} usual="all" />
      <ListTools
        list={list}
        starts="role"
        before={
          <SearchBox
            value={s.q}
            onSearch={(q) => list.go({ q })}
            hint={t('contact.hint.search')}
            refuse={{ when: isSensitive, why: t('contact.hint.numbers') }}
          />
        }
      >
        <ExportButton target="contact" columns={['name', ...list.names]} q={s.q} filter={filter} sort={s.sort} />
      </ListTools>
      <ListRows
        list={list}
        of={rows}
        columns={columns}
        label={t('app.nav.contacts')}
        lines="mlist"
        empty={
          <Empty
            icon={ContactIcon}
            title={t(s.q || ruleCount(s.f) ? 'contact.empty.filtered' : 'contact.empty.title')}
            hint={t('contact.empty.list_hint')}
          />
        }
        line={(p) => (
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
                onClick={() => reveal.call(p.id, p.mobile ? 'mobile' : p.mobile2 ? 'mobile2' : 'phone', { may: { add: true } as never })}
              >
                <Phone size={18} />
              </button>
            )}
          </li>
        )}
      />
    </Page>
  );
}
