import { useQuery } from '@tanstack/react-query';
import { Chip } from '@/kit/chips';
import { segmentsQuery } from './data';

/** The tiers of a customer: the first one tells the most. */
export function TierBadges({ tiers, max = 9 }: { tiers: string[] | null | undefined; max?: number }) {
  const { data } = useQuery({ ...segmentsQuery(), enabled: !!tiers?.length });
  if (!tiers?.length || !data) return null;
  const known = tiers.flatMap((id) => data.find((g) => g.id === id) ?? []);
  return (
    <>
      {known.slice(0, max).map((g) => (
        <Chip key={g.id} tone={g.tone} dot>
          {g.name}
        </Chip>
      ))}
    </>
  );
}
