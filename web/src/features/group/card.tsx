import '@/styles/group.css';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Network } from 'lucide-react';
import { get } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { partOfPage } from '@/api/shared';
import { useWord } from '@/app/words';
import { Grade } from '@/kit/chips';
import { StageChip } from '@/kit/value';

type Group = components['schemas']['GroupGroup'];
type Node = components['schemas']['GroupNode'];

export const groupOf = (customer: string) =>
  queryOptions({
    ...partOfPage,
    queryKey: ['customers', 'one', customer, 'group'],
    queryFn: () => get<Group>(`/customers/${customer}/group`),
  });

/** 集团: whom a customer belongs to and who belongs to it, as far as the viewer reaches. */
export function GroupCard({ customer }: { customer: string }) {
  const t = useWord();
  const { data } = useQuery(groupOf(customer));
  const top = data?.items[0];
  if (!data || !top) return null;
  const under = new Map<string, Node[]>();
  for (const n of data.items.slice(1)) if (n.parent_id) under.set(n.parent_id, [...(under.get(n.parent_id) ?? []), n]);
  return (
    <section className="card group-tree" aria-label={t('customer.title.group')}>
      <h2>
        <Network size={15} />
        {t('customer.title.group')}
        <span className="sp" />
        <small className="mut">{t('customer.label.group_count', { count: data.items.length })}</small>
      </h2>
      <ul>
        <Branch node={top} under={under} here={customer} />
      </ul>
      {data.more && <p className="field-help">{t('customer.label.group_more')}</p>}
    </section>
  );
}

function Branch({ node, under, here }: { node: Node; under: Map<string, Node[]>; here: string }) {
  const t = useWord();
  const below = under.get(node.id) ?? [];
  return (
    <li>
      <span className={node.id === here ? 'node on' : 'node'}>
        {node.id === here ? (
          <b className="cut" title={t('customer.label.group_this')}>
            {node.name}
          </b>
        ) : (
          <Link to="/customers/$id" params={{ id: node.id }} className="cut">
            {node.name}
          </Link>
        )}
        {node.grade && <Grade code={node.grade} />}
        <StageChip code={node.stage} />
      </span>
      {below.length > 0 && (
        <ul>
          {below.map((n) => (
            <Branch key={n.id} node={n} under={under} here={here} />
          ))}
        </ul>
      )}
    </li>
  );
}
