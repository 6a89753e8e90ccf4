import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type Laid, type ListKind, openView, useLaid, type View, viewsQuery } from './data';

/** The view that a list has open, its columns, and where the list begins when its address says nothing. */
export function useListView(
  record: ListKind,
  search: object & { v?: string },
  usual: Laid,
  onOpen: (to: ReturnType<typeof openView>) => void,
) {
  const { data } = useQuery(viewsQuery);
  const open: View | undefined = data?.find((v) => v.id === search.v && v.record === record);
  const begins = data?.find((v) => v.begins && v.record === record);
  const nothing = Object.values(search).every((x) => x === undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: how it is opened is the list's affair, and no reason to open it again
  useEffect(() => {
    if (begins && nothing) onOpen(openView(begins));
  }, [begins, nothing]);
  return { open, begins: !!begins, ...useLaid(record, open, usual) };
}
