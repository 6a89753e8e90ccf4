import { Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Input } from '@/kit/inputs';

/** The box above a list: typing settles first, then the list is asked. What `refuse` finds is not asked, and the list says why. */
export function SearchBox({
  value,
  onSearch,
  hint,
  wait = 250,
  refuse,
}: {
  value: string | undefined;
  onSearch: (q: string | undefined) => void;
  hint: string;
  wait?: number;
  refuse?: { when: (q: string) => boolean; why: string };
}) {
  const [q, setQ] = useState(value ?? '');
  const sent = useRef(value);
  // what others set stands in the box; an answer to what was sent must not undo the next letters
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setQ(value ?? '');
  }, [value]);
  const refused = !!refuse?.when(q);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing starts the clock
  useEffect(() => {
    const next = q.trim() || undefined;
    if (next === sent.current || refused) return;
    const timer = setTimeout(() => {
      sent.current = next;
      onSearch(next);
    }, wait);
    return () => clearTimeout(timer);
  }, [q]);
  return (
    <>
      <div className="lsearch">
        <Input value={q} onChange={setQ} type="search" prefixIcon={<Search size={15} />} placeholder={hint} aria-label={hint} />
      </div>
      {refused && <small>{refuse?.why}</small>}
    </>
  );
}
