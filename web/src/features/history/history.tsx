import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { History as Clock, Eye } from 'lucide-react';
import { useState } from 'react';
import { get } from '@/api/client';
import { colleaguesQuery, useFieldsAbout } from '@/api/shared';
import type { AuditEntry, Change, Field, List } from '@/api/types';
import { dayAndTime, full } from '@/app/dates';
import { useWord, word, wordOr } from '@/app/words';
import { show as plain } from '@/features/audit/words';
import { Button, Segmented } from '@/kit/button';
import { Avatar } from '@/kit/chips';
import { Empty, Failed, Lines } from '@/kit/states';
import { FieldValue } from '@/kit/value';

/** What was done to a customer, as differences; or who looked at a number of it. */
export function History({ id }: { id: string }) {
  const t = useWord();
  const [only, setOnly] = useState<'all' | 'looks'>('all');
  const about = useFieldsAbout();
  // the log knows logins; people are called by their names where they are still here
  const { data: people } = useQuery(colleaguesQuery());
  const who = (h: AuditEntry) => people?.find((p) => p.id === h.actor_id)?.name ?? h.who;
  const q = useInfiniteQuery({
    queryKey: ['history', id, only],
    queryFn: ({ pageParam }) =>
      get<List<AuditEntry>>(`/customers/${id}/history`, { cursor: pageParam, only: only === 'looks' ? only : undefined }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
  const items = q.data?.pages.flatMap((p) => p.items);
  return (
    <>
      <div className="row history-what">
        <Segmented
          small
          label={t('customer.tab.history')}
          value={only}
          onChange={setOnly}
          options={[
            { value: 'all', label: t('customer.history.all') },
            { value: 'looks', label: t('customer.history.looks') },
          ]}
        />
      </div>
      {q.error ? (
        <Failed error={q.error} retry={() => void q.refetch()} small />
      ) : !items ? (
        <Lines count={5} />
      ) : !items.length ? (
        <Empty
          icon={only === 'looks' ? Eye : Clock}
          title={t(only === 'looks' ? 'customer.empty.looks' : 'customer.empty.history')}
          small
        />
      ) : (
        <ul className="rows high">
          {items.map((h) => (
            <li key={h.id}>
              <Avatar name={who(h) || '—'} size={28} />
              <div className="sp">
                <p className="tl-h">
                  <b>{who(h)}</b> {wordOr(`audit.action.${h.action}`, h.action)}
                  <time dateTime={h.at} title={full(h.at)}>
                    {dayAndTime(h.at)}
                  </time>
                </p>
                {h.action.startsWith('sensitive.') && (
                  <p className="change">
                    <span className="mut">{fieldName(String(h.details?.field ?? ''), about('contact'), 'contact')}</span>
                    <span>{wordOr(`contact.reason.${h.details?.reason}`, String(h.details?.reason ?? ''))}</span>
                  </p>
                )}
                {(h.changes ?? []).map((x) => (
                  <ChangeLine key={x.field} change={x} fields={about(h.kind)} of={h.kind ?? undefined} />
                ))}
              </div>
            </li>
          ))}
        </ul>
      )}
      {q.hasNextPage && (
        <Button block look="ghost" busy={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
          {t('app.verb.load_more')}
        </Button>
      )}
    </>
  );
}

/** The company's own fields by their labels; one that is retired, or that this viewer has not, is not called by its code. */
export const fieldName = (name: string, fields: Field[] | undefined, of = 'customer'): string =>
  fields?.find((f) => f.name === name)?.label ??
  (name.startsWith('x_') ? word('field.label.gone') : wordOr(`${of}.field.${name}`, wordOr(`audit.also.${name}`, name)));

/** What one field was and is; `of` is the kind of record that it belongs to, as the log names it. */
export function ChangeLine({ change, fields, of }: { change: Change; fields?: Field[]; of?: string }) {
  const field = fields?.find((f) => f.name === change.field);
  const show = (v: unknown) => (field ? <FieldValue field={field} value={v} /> : plain(v));
  // of what is sealed the log keeps that it changed, not what it was
  if ((change.old === undefined && change.new === undefined) || (field?.custom && (field.masked || field.kind === 'long_text')))
    return (
      <p className="change">
        <span className="mut">{fieldName(change.field, fields, of)}</span>
        <span>{word('field.state.changed')}</span>
      </p>
    );
  return (
    <p className="change">
      <span className="mut">{fieldName(change.field, fields, of)}</span>
      <span className="old">{show(change.old)}</span>
      <span className="mut">→</span>
      <span>{show(change.new)}</span>
    </p>
  );
}
