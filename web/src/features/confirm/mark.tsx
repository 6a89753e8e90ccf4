import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { BadgeCheck } from 'lucide-react';
import { get, post } from '@/api/client';
import type { components } from '@/api/schema.gen';
import type { CustomerRecord, Items } from '@/api/types';
import { relative } from '@/app/dates';
import { useWord } from '@/app/words';
import { useShut } from '@/features/archive/data';
import { tellError } from '@/kit/toast';

type Confirmation = components['schemas']['ConfirmConfirmation'];
type Field = Confirmation['field'];

const query = (id: string) =>
  queryOptions({
    queryKey: ['confirmations', id],
    queryFn: async ({ signal }) => (await get<Items<Confirmation>>(`/customers/${id}/confirmations`, undefined, signal)).items,
    staleTime: 10_000,
  });

/** 已与客户确认: one tap says that the customer himself was asked about a value; it falls when the value changes. */
export function Confirmed({ c, field, contact }: { c: CustomerRecord; field: Field; contact?: string }) {
  const t = useWord();
  const client = useQueryClient();
  const shut = useShut(c.id);
  const { data } = useQuery(query(c.id));
  const said = data?.find((x) => x.field === field && (x.contact_id ?? undefined) === contact);
  const writes = c.may.change && !c.deleted_at && !shut;
  if (!data || (!said && !writes)) return null;
  const label = said ? t('confirm.label.said', { who: said.by_name ?? '—', when: relative(said.at) }) : t('confirm.verb.say');
  const turn = async () => {
    try {
      const items = await post<Items<Confirmation>>(`/customers/${c.id}/confirm`, { field, contact_id: contact, confirmed: !said });
      client.setQueryData(query(c.id).queryKey, items.items);
      void client.invalidateQueries({ queryKey: ['history', c.id] });
    } catch (e) {
      tellError(e);
    }
  };
  return (
    <button
      type="button"
      className={said ? 'ib sm confirmed on' : 'ib sm confirmed'}
      aria-pressed={!!said}
      aria-label={`${t(`confirm.field.${field}`)} ${label}`}
      title={label}
      disabled={!writes}
      onClick={() => void turn()}
    >
      <BadgeCheck size={14} />
    </button>
  );
}
