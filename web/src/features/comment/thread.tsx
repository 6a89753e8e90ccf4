import '@/styles/comment.css';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { MessageSquare, Pencil, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { get, patch, post, remove } from '@/api/client';
import type { Comment, Items, Reader } from '@/api/types';
import { dayAndTime, full } from '@/app/dates';
import { useWord } from '@/app/words';
import { Button, IconButton } from '@/kit/button';
import { Avatar, Chip } from '@/kit/chips';
import { ask, confirm } from '@/kit/dialog';
import { Area } from '@/kit/inputs';
import { tell, tellError } from '@/kit/toast';
import { type Named, Offered, partOf, standing, taken } from './mention';

/** The thread below a follow-up: how many, what, and a word of one's own. */
export function Thread({ customer, followUp, said, may }: { customer: string; followUp: string; said: Comment[]; may: boolean }) {
  const t = useWord();
  const [open, setOpen] = useState(false);
  if (!said.length && !may) return null;
  return (
    <div className="thread">
      {said.length > 0 && (
        <ul>
          {said.map((c) => (
            <One key={c.id} c={c} customer={customer} />
          ))}
        </ul>
      )}
      {may &&
        (open ? (
          <Say customer={customer} followUp={followUp} onDone={() => setOpen(false)} />
        ) : (
          <button type="button" className="thread-open" onClick={() => setOpen(true)}>
            <MessageSquare size={13} />
            {said.length ? t('comment.verb.more', { count: said.length }) : t('comment.verb.write')}
          </button>
        ))}
    </div>
  );
}

function useSaid(customer: string) {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['comments', customer] });
}

function One({ c, customer }: { c: Comment; customer: string }) {
  const t = useWord();
  const again = useSaid(customer);
  const edit = async () => {
    const text = await ask<string>({
      title: t('comment.verb.edit'),
      ok: t('app.verb.save'),
      value: c.text,
      form: (value, set) => (
        <Area rows={3} value={value ?? ''} maxLength={2000} onChange={(v) => set(v || undefined)} aria-label={t('comment.field.text')} />
      ),
    });
    if (!text || text === c.text) return;
    await patch(`/comments/${c.id}`, { text }, c.version).then(again, tellError);
  };
  const drop = async () => {
    if (!(await confirm(t('comment.ask.delete'), t('comment.ask.delete_text'), t('app.verb.delete')))) return;
    await remove(`/comments/${c.id}`, c.version).then(() => {
      tell(t('comment.state.deleted'));
      void again();
    }, tellError);
  };
  return (
    <li>
      <Avatar name={c.author_name ?? '?'} size={20} />
      <div>
        <small className="mut">
          <b>{c.author_name}</b>{' '}
          <time dateTime={c.at} title={full(c.at)} className="tn">
            {dayAndTime(c.at)}
          </time>
          {c.changed_at && !c.deleted_at && <> · {t('comment.state.changed')}</>}
          {c.may_change && (
            <>
              <IconButton small className="hover-only" label={t('comment.verb.edit')} onClick={() => void edit()}>
                <Pencil size={12} />
              </IconButton>
              <IconButton small className="hover-only" label={t('comment.verb.delete')} onClick={() => void drop()}>
                <Trash2 size={12} />
              </IconButton>
            </>
          )}
        </small>
        {c.deleted_at ? <p className="mut">{t('comment.state.gone')}</p> : <p>{marked(c)}</p>}
      </div>
    </li>
  );
}

/** The text with the names of those who were told set off. */
function marked(c: Comment) {
  const names = c.mentions.map((m) => `@${m.name}`).sort((a, b) => b.length - a.length);
  const out = [];
  let rest = c.text;
  for (let at = 0; rest; at++) {
    const hit = names
      .map((n) => ({ n, i: rest.indexOf(n) }))
      .filter((x) => x.i >= 0)
      .sort((a, b) => a.i - b.i)[0];
    if (!hit) {
      out.push(rest);
      break;
    }
    out.push(rest.slice(0, hit.i), <b key={at}>{hit.n}</b>);
    rest = rest.slice(hit.i + hit.n.length);
  }
  return out;
}

function Say({ customer, followUp, onDone }: { customer: string; followUp: string; onDone: () => void }) {
  const t = useWord();
  const again = useSaid(customer);
  const box = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState('');
  const [who, setWho] = useState<Named[]>([]);
  const [busy, setBusy] = useState(false);
  const part = partOf(text);
  const { data: found } = useQuery({
    queryKey: ['readers', followUp, part],
    queryFn: async () => (await get<Items<Reader>>(`/follow-ups/${followUp}/readers`, { q: part })).items,
    enabled: part !== undefined,
  });
  const take = (r: Named) => {
    setText(taken(text, r));
    if (!who.some((x) => x.id === r.id)) setWho([...who, r]);
    box.current?.focus();
  };
  const named = standing(text, who);
  const send = async () => {
    setBusy(true);
    try {
      await post(`/follow-ups/${followUp}/comments`, { text, mention_ids: named.length ? named.map((r) => r.id) : undefined });
      await again();
      onDone();
    } catch (e) {
      tellError(e);
    }
    setBusy(false);
  };
  return (
    <div className="thread-say">
      <Area
        ref={box}
        rows={2}
        value={text}
        onChange={setText}
        maxLength={2000}
        autoFocus
        aria-label={t('comment.field.text')}
        placeholder={t('comment.hint.text')}
        onKeyDown={(e) => {
          if (e.key === 'Enter' && (e.metaKey || e.ctrlKey) && text.trim()) void send();
        }}
      />
      {part !== undefined && found && <Offered people={found} onTake={take} />}
      <div className="row wrap">
        {named.map((r) => (
          <Chip key={r.id} tone="blue">
            @{r.name}
          </Chip>
        ))}
        <span className="sp" />
        <Button size="sm" look="ghost" onClick={onDone}>
          {t('app.verb.cancel')}
        </Button>
        <Button size="sm" look="primary" busy={busy} disabled={!text.trim()} onClick={() => void send()}>
          {t('comment.verb.send')}
        </Button>
      </div>
    </div>
  );
}
