import { queryOptions, useQuery } from '@tanstack/react-query';
import { get } from '@/api/client';
import type { Field, Items, Segment } from '@/api/types';
import { language, useWord } from '@/app/words';
import { Select } from '@/kit/pick';

/** What a list may also be asked: is a customer in one of these segments. It is no field of the catalogue. */
export const SEGMENT = 'segment';

export const segmentsQuery = (count = false) =>
  queryOptions({
    queryKey: ['segments', 'list', count, language()],
    queryFn: async ({ signal }) => (await get<Items<Segment>>('/segments', { count: count ? 1 : undefined }, signal)).items,
    staleTime: 60_000,
  });

export const withSegment = (fields: Field[], label: string): Field[] =>
  fields.length
    ? [
        ...fields,
        {
          ...(fields[0] as Field),
          name: SEGMENT,
          label,
          kind: 'choice',
          group: 'measure',
          dictionary: null,
          operators: ['in', 'nin'],
          filterable: true,
          list: false,
          sortable: false,
        },
      ]
    : fields;

export function SegmentInput({ value, onChange }: { value: unknown; onChange: (value: unknown) => void }) {
  const t = useWord();
  const { data } = useQuery(segmentsQuery());
  return (
    <Select
      label={t('segment.field.segment')}
      multiple
      options={(data ?? []).map((g) => ({ value: g.id, label: g.name }))}
      value={(value as string[] | null) ?? null}
      onChange={onChange}
      placeholder={t('app.hint.choose')}
    />
  );
}
