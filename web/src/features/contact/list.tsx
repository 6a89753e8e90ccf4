import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Contact as ContactIcon, ListFilter, Phone, Star } from 'lucide-react';
import { useMemo } from 'react';
import { get } from '@/api/client';
import { useDictionaries, useFields } from '@/api/shared';
import type { Contact, List } from '@/api/types';
import { Page } from '@/app/page';
import { SearchBox } from '@/app/searchbox';
import { usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { isSensitive } from '@/features/customer/query';
import { ExportButton } from '@/features/export/button';
import { useOwnColumns } from '@/features/field/section';
import { FilterBuilder } from '@/features/filter/builder';
import { type FilterTree, ruleCount, toText } from '@/features/filter/tree';
import { FilterChips } from '@/features/filter/words';
import { Button, IconButton } from '@/kit/button';
import { Avatar, Chip } from '@/kit/chips';
import { Pop } from '@/kit/float';
import { Empty, Failed, Lines } from '@/kit/states';
import { type Column, ListTable, Pager, PhonePager } from '@/kit/table';
import { useReveal } from './reveal';

const route = getRouteApi('/app/contacts');
const NOBODY = new Map<string, string>();
/** The fields that the columns of the table show, in their order. */
const exported = ['name', 'customer_id', 'title', 'role', 'reports_to_name', 'mobile', 'mobile2', 'wechat', 'wechat_state', 'email'];

export default function ContactsPage() {
  const t = useWord();
  const phone = usePhone();
  const navigate = useNavigate();
  const s = route.useSearch();
  const dictionaries = useDictionaries();
  const fields = useFields('contact');
  const reveal = useReveal();
  const limit = s.limit ?? 50;
  const filter: FilterTree = s.f ?? { mode: 'all', rules: [] };
  const filterText = toText(s.f);
  const active = ruleCount(s.f);
  const narrow = (f: FilterTree) =>
    void navigate({
      to: '/contacts',
      search: { ...s, cursor: undefined, f: f.rules.length || f.groups?.length ? f : undefined },
      replace: true,
    });
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['contacts', 'list', s],
    queryFn: ({ signal }) => get<List<Contact>>('/contacts', { q: s.q, filter: filterText, sort: s.sort, cursor: s.cursor, limit }, signal),
    placeholderData: keepPreviousData,
  });
  const ours = useOwnColumns<Contact>('contact');
  const columns = useMemo((): Column<Contact>[] => {
    const sortable = (name: string) => fields?.find((f) => f.name === name)?.sortable;
    const text = (v: string | null) => (v ? <span className="tx2">{v}</span> : <span className="mut">—</span>);
    const col = (key: 'title' | 'mobile' | 'mobile2' | 'wechat' | 'email', width: number): Column<Contact> => ({
      key,
      title: t(`contact.field.${key}`),
      width,
      render: (p) => (p[key] ? <span className="tx2 tn">{p[key]}</span> : <span className="mut">—</span>),
    });
    return [
      {
        key: 'name',
        title: t('contact.field.name'),
        width: 150,
        sortable: sortable('name'),
        render: (p) => (
          <Link to="/customers/$id" params={{ id: p.customer_id }} search={{ tab: 'contacts' }} className="cname">
            <Avatar name={p.name} size={24} />
            <b className="cut">{p.name}</b>
            {p.primary && <Star size={12} fill="var(--amber-d)" color="var(--amber-d)" aria-label={t('contact.field.primary')} />}
          </Link>
        ),
      },
      {
        key: 'customer',
        title: t('app.nav.customers'),
        width: 200,
        render: (p) => (
          <Link to="/customers/$id" params={{ id: p.customer_id }} className="cut link plain">
            {p.customer_name ?? '—'}
          </Link>
        ),
      },
      col('title', 100),
      {
        key: 'role',
        title: t('contact.field.role'),
        width: 112,
        render: (p) => (p.role ? <Chip>{dictionaries.label('contact_role', p.role)}</Chip> : text(null)),
      },
      col('mobile', 122),
      col('mobile2', 122),
      col('wechat', 118),
      {
        key: 'wechat_state',
        title: t('contact.field.wechat_state'),
        width: 86,
        render: (p) =>
          p.wechat_state ? (
            <Chip tone={p.wechat_state === 'added' ? 'green' : 'gray'}>{dictionaries.label('wechat_state', p.wechat_state)}</Chip>
          ) : (
            text(null)
          ),
      },
      col('email', 150),
      ...ours,
      {
        key: 'call',
        title: <span className="sr">{t('contact.verb.call')}</span>,
        width: 50,
        align: 'right',
        render: (p) =>
          (p.mobile || p.mobile2 || p.phone) && (
            <IconButton
              small
              label={t('contact.verb.call_name', { name: p.name })}
              onClick={() => reveal.call(p.id, p.mobile ? 'mobile' : p.mobile2 ? 'mobile2' : 'phone', { may: { add: true } as never })}
            >
              <Phone size={14} />
            </IconButton>
          ),
      },
    ];
  }, [t, fields, dictionaries, reveal, ours]);
  const empty = (
    <Empty
      icon={ContactIcon}
      title={t(s.q || active ? 'contact.empty.filtered' : 'contact.empty.title')}
      hint={t('contact.empty.list_hint')}
    />
  );
  return (
    <Page flush title={t('app.nav.contacts')}>
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
        <ExportButton target="contact" columns={[...exported, ...ours.map((c) => c.key)]} q={s.q} filter={filterText} sort={s.sort} />
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
            rows={data?.items}
            stale={isPlaceholderData}
            sort={s.sort}
            onSort={(sort) => void navigate({ to: '/contacts', search: { ...s, sort, cursor: undefined } })}
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
