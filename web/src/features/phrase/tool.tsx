import '@/styles/phrase.css';
import { useQuery } from '@tanstack/react-query';
import { BookmarkPlus, MessageSquareQuote, Settings2 } from 'lucide-react';
import { lazy, type RefObject, Suspense, useRef, useState } from 'react';
import { get } from '@/api/client';
import { useMe } from '@/api/shared';
import type { Contact, CustomerRecord } from '@/api/types';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { Popover } from '@/kit/float';
import { Input } from '@/kit/inputs';
import { Failed, Lines } from '@/kit/states';
import { emptied, filled, inserted, type Names, offered, type Phrase, phrasesQuery, titled } from './data';
import { usePhrases } from './keep';

const PhraseSheet = lazy(() => import('./sheet'));

type Use = {
  customer: { id: string; name: string };
  method: string;
  contacts: Pick<Contact, 'id' | 'name'>[] | undefined;
  chosen: string[];
  content: string;
  area: RefObject<HTMLTextAreaElement | null>;
  onChange: (content: string) => void;
};

/** 话术 in the composer: what fits the method and the customer's stage first, one tap puts it at the cursor. */
export function PhraseTool({ customer, method, contacts, chosen, content, area, onChange }: Use) {
  const t = useWord();
  const me = useMe();
  const act = usePhrases();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [managing, manage] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const { data: record } = useQuery({
    queryKey: ['customers', 'one', customer.id],
    queryFn: ({ signal }) => get<CustomerRecord>(`/customers/${customer.id}`, undefined, signal),
    enabled: !!anchor,
    staleTime: 60_000,
  });
  const contact = contacts?.find((c) => chosen.includes(c.id)) ?? (contacts?.length === 1 ? contacts[0] : undefined);
  // a masked name is no name to write to
  const names: Names = {
    customer: customer.name,
    contact: contact && !contact.name.includes('*') ? contact.name : undefined,
    me: me.name,
  };
  const put = (p: Phrase) => {
    const box = area.current;
    const made = inserted(content, box?.selectionStart ?? content.length, box?.selectionEnd ?? content.length, filled(p.text, names));
    setAnchor(null);
    onChange(made.content);
    setTimeout(() => {
      box?.focus();
      box?.setSelectionRange(made.from, made.to);
    });
  };
  const keep = () => {
    setAnchor(null);
    const text = emptied(content.trim(), names).slice(0, 500);
    void act.add({ title: titled(text), text, methods: [method], stages: record?.stage ? [record.stage] : [], company: false });
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className={anchor ? 'tool on' : 'tool'}
        aria-haspopup="dialog"
        aria-expanded={!!anchor}
        onClick={(e) => setAnchor(anchor ? null : e.currentTarget)}
      >
        <MessageSquareQuote size={14} />
        <span className="cut">{t('phrase.title.phrases')}</span>
      </button>
      {anchor && (
        <Popover anchor={anchor} onClose={() => setAnchor(null)} className="phrases" label={t('phrase.title.phrases')}>
          <Panel now={{ method, stage: record?.stage }} names={names} onPut={put} />
          <div className="phrases-f">
            <Button size="sm" look="ghost" icon={<BookmarkPlus size={14} />} disabled={!content.trim()} onClick={keep}>
              {t('phrase.verb.keep')}
            </Button>
            <span className="sp" />
            <Button
              size="sm"
              look="ghost"
              icon={<Settings2 size={14} />}
              onClick={() => {
                setAnchor(null);
                manage(true);
              }}
            >
              {t('phrase.verb.manage')}
            </Button>
          </div>
        </Popover>
      )}
      {managing && (
        <Suspense fallback={null}>
          <PhraseSheet onClose={() => manage(false)} />
        </Suspense>
      )}
    </>
  );
}

function Panel({
  now,
  names,
  onPut,
}: {
  now: { method: string; stage: string | null | undefined };
  names: Names;
  onPut: (p: Phrase) => void;
}) {
  const t = useWord();
  const { data, error, refetch } = useQuery(phrasesQuery);
  const [q, setQ] = useState('');
  const [cur, setCur] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  if (error) return <Failed error={error} retry={() => void refetch()} small />;
  if (!data) return <Lines count={4} />;
  const { fitting, others } = offered(data, { ...now, q });
  const rows = [...fitting, ...others];
  const keys = (e: React.KeyboardEvent) => {
    if (e.nativeEvent.isComposing) return;
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      e.preventDefault();
      const next = (cur + (e.key === 'ArrowDown' ? 1 : rows.length - 1)) % Math.max(1, rows.length);
      setCur(next);
      list.current?.querySelectorAll('.phrase')[next]?.scrollIntoView({ block: 'nearest' });
    } else if (e.key === 'Enter' && !e.ctrlKey && !e.metaKey && e.target instanceof HTMLInputElement) {
      e.preventDefault();
      const p = rows[cur];
      if (p) onPut(p);
    }
  };
  const line = (p: Phrase) => (
    <button key={p.id} type="button" className={p === rows[cur] ? 'phrase cur' : 'phrase'} onClick={() => onPut(p)}>
      <span className="row">
        <b className="cut">{p.title}</b>
        {!p.company && <Chip>{t('phrase.label.mine')}</Chip>}
      </span>
      <small>{filled(p.text, names)}</small>
    </button>
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys work from the search box and from every phrase
    <div className="phrases-b" onKeyDown={keys}>
      <Input
        value={q}
        onChange={(text) => {
          setQ(text);
          setCur(0);
        }}
        type="search"
        data-first
        placeholder={t('phrase.hint.search')}
        aria-label={t('phrase.hint.search')}
      />
      <div ref={list} className="phrases-l">
        {fitting.length > 0 && <small className="phrases-h">{t('phrase.label.fitting')}</small>}
        {fitting.map(line)}
        {others.length > 0 && <small className="phrases-h">{t('phrase.label.others')}</small>}
        {others.map(line)}
        {rows.length === 0 && <p className="field-help">{t(q ? 'phrase.empty.found' : 'phrase.empty.none')}</p>}
      </div>
    </div>
  );
}
