import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  ArrowRightLeft,
  Building2,
  CalendarClock,
  Check,
  CircleArrowRight,
  Contact,
  Handshake,
  ListPlus,
  ListTodo,
  MessageSquareText,
  NotebookPen,
  Pencil,
  Printer,
  Workflow,
  X,
} from 'lucide-react';
import { Fragment, type ReactNode, useMemo, useState } from 'react';
import { patch, post } from '@/api/client';
import { useDictionaries, useFields, useMe, useStages } from '@/api/shared';
import type { Comment, CustomerRecord, FollowUp, Happening } from '@/api/types';
import { dayAndTime, full, relative, timeOf } from '@/app/dates';
import { SearchBox } from '@/app/searchbox';
import { useWord, wordOr } from '@/app/words';
import { FileChips } from '@/features/attachment/chips';
import { byRecord, filesQuery, type Kept } from '@/features/attachment/data';
import { commentsQuery } from '@/features/comment/data';
import { Thread } from '@/features/comment/thread';
import { isSensitive } from '@/features/customer/query';
import { printVisit } from '@/features/dossier/print';
import { OwnValues } from '@/features/field/section';
import { OrderEntry } from '@/features/order/entry';
import { ServiceEntry } from '@/features/service/entry';
import { Button, IconButton, Segmented } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { ask } from '@/kit/dialog';
import { Area } from '@/kit/inputs';
import { Empty, Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';
import { StageChip, When } from '@/kit/value';
import { METHOD_ICON } from './composerparts';
import { timelineQuery } from './data';
import { OwnSheet } from './ownsheet';

const METHOD_TONE: Record<string, string> = {
  call: 'green',
  wechat: 'teal',
  visit: 'orange',
  face_to_face: 'orange',
  meeting: 'violet',
  online_meeting: 'violet',
  email: 'blue',
};

/** Everything that happened with a customer, newest first, by day. */
export function Timeline({ customer }: { customer: CustomerRecord }) {
  const t = useWord();
  const [kind, setKind] = useState('');
  const [text, setText] = useState<string>();
  const q = useInfiniteQuery(timelineQuery(customer.id, kind, text));
  const items = q.data?.pages.flatMap((p) => p.items) ?? [];
  const { data: kept } = useQuery(filesQuery(customer.id));
  const files = useMemo(() => byRecord(kept, 'follow_up'), [kept]);
  const talks = items.flatMap((x) => (x.follow_up ? [x.follow_up.id] : []));
  const { data: said } = useQuery({ ...commentsQuery(customer.id, talks), placeholderData: keepPreviousData });
  return (
    <section className="flow" aria-label={t('customer.tab.timeline')}>
      <div className="tl-tools">
        <Segmented
          small
          label={t('followup.label.filter')}
          value={kind}
          onChange={setKind}
          options={(
            ['', 'follow_up', 'move', 'task', 'order', 'need', 'feedback', 'contact', 'transfer', 'win_back', 'trial', 'archive'] as const
          ).map((k) => ({
            value: k as string,
            label: t(`followup.kind.${k || 'all'}`),
          }))}
        />
        <SearchBox
          value={text}
          onSearch={setText}
          hint={t('followup.hint.search')}
          refuse={{ when: isSensitive, why: t('contact.hint.numbers') }}
        />
      </div>
      {q.error ? (
        <Failed error={q.error} retry={() => void q.refetch()} small />
      ) : !q.data ? (
        <Lines count={5} height={56} />
      ) : !items.length ? (
        <Empty
          icon={MessageSquareText}
          title={t(text ? 'followup.empty.sought' : 'followup.empty.title')}
          hint={text ? undefined : t('followup.empty.hint')}
          small
        />
      ) : (
        <ol className="tl">
          {items.map((x, i) => {
            const day = relative(x.at);
            const head = i === 0 || relative(items[i - 1]?.at) !== day;
            return (
              <Fragment key={x.kind + x.id}>
                {head && <li className="day">{day}</li>}
                {x.follow_up ? (
                  <Entry
                    f={x.follow_up}
                    customer={customer}
                    files={files.get(x.follow_up.id)}
                    said={said?.filter((k) => k.follow_up_id === x.follow_up?.id) ?? []}
                  />
                ) : x.kind === 'order' ? (
                  <OrderEntry x={x} />
                ) : x.need || x.feedback ? (
                  <ServiceEntry x={x} />
                ) : (
                  <Event x={x} />
                )}
              </Fragment>
            );
          })}
        </ol>
      )}
      {q.hasNextPage && (
        <Button block look="ghost" busy={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
          {t('app.verb.load_more')}
        </Button>
      )}
    </section>
  );
}

function Frame({
  icon,
  tone,
  by,
  what,
  at,
  children,
  minor,
}: {
  icon: ReactNode;
  tone?: string;
  by: string | null;
  what: ReactNode;
  at: string;
  children?: ReactNode;
  minor?: boolean;
}) {
  const today = relative(at);
  return (
    <li className={minor ? 'minor' : ''}>
      <span className={`tl-i tone-${tone ?? 'gray'}`}>{icon}</span>
      <div className="tl-b">
        <p className="tl-h">
          {by && <b>{by}</b>} {what}
          <time dateTime={at} title={full(at)}>
            {/^\d|\d{1,2}$/.test(today) ? dayAndTime(at) : timeOf(at)}
          </time>
        </p>
        {children}
      </div>
    </li>
  );
}

function Entry({ f, customer, files, said }: { f: FollowUp; customer: CustomerRecord; files?: Kept[]; said: Comment[] }) {
  const t = useWord();
  const me = useMe();
  const client = useQueryClient();
  const dictionaries = useDictionaries();
  const Icon = METHOD_ICON[f.method] ?? NotebookPen;
  const refresh = () => {
    for (const queryKey of [['timeline', customer.id], ['promises'], ['home']]) void client.invalidateQueries({ queryKey });
  };
  const settle = useMutation({
    mutationFn: ({ id, kept }: { id: string; kept: boolean }) => post(`/promises/${id}/settle`, { kept }),
    onSuccess: refresh,
    onError: tellError,
  });
  const mine = f.author_id === me.id;
  const ours = useFields('follow-up')?.some((x) => x.custom);
  const [filling, setFilling] = useState(false);
  const edit = async () => {
    const content = await ask<string>({
      title: t(f.correctable ? 'followup.verb.edit' : 'followup.verb.correct'),
      text: f.correctable ? undefined : t('followup.hint.correct'),
      ok: t('app.verb.save'),
      value: f.content,
      form: (value, set) => (
        <Area rows={4} value={value ?? ''} onChange={(v) => set(v || undefined)} aria-label={t('followup.field.content')} />
      ),
    });
    if (!content || content === f.content) return;
    try {
      if (f.correctable) await patch(`/follow-ups/${f.id}`, { content, accept_vague: true }, f.version);
      else await post(`/follow-ups/${f.id}/corrections`, { content, reason: t('followup.label.correction') });
      refresh();
      tell(t('app.state.saved'));
    } catch (e) {
      tellError(e);
    }
  };
  return (
    <Frame
      icon={<Icon size={14} />}
      tone={METHOD_TONE[f.method]}
      by={f.author_name}
      at={f.happened_at}
      what={
        <>
          {dictionaries.label('method', f.method)}
          {f.outcome && <Chip>{dictionaries.label('outcome', f.outcome)}</Chip>}
          {f.late && !f.imported && (
            <small title={t('followup.label.late_hint', { when: full(f.recorded_at) })} className="mut">
              {t('followup.label.late')}
            </small>
          )}
          <IconButton small className="hover-only" label={t('dossier.verb.print_visit')} onClick={() => void printVisit(f.id)}>
            <Printer size={13} />
          </IconButton>
          {mine && (
            <IconButton
              small
              className="hover-only"
              label={t(f.correctable ? 'followup.verb.edit' : 'followup.verb.correct')}
              onClick={() => void edit()}
            >
              <Pencil size={13} />
            </IconButton>
          )}
          {mine && f.correctable && ours && (
            <IconButton small className="hover-only" label={t('field.label.own')} onClick={() => setFilling(true)}>
              <ListPlus size={13} />
            </IconButton>
          )}
        </>
      }
    >
      <p className="tl-t">{f.content}</p>
      {f.quote && <blockquote className="quote">{f.quote}</blockquote>}
      {f.conclusion && (
        <p className="tl-t tx2">
          {t('followup.field.conclusion')}
          {t('app.sign.colon')}
          {f.conclusion}
        </p>
      )}
      {f.corrections?.map((x) => (
        <p key={x.id} className="tl-t correction">
          <small>
            {t('followup.label.correction')} · {x.by_name} · {dayAndTime(x.at)}
          </small>
          <br />
          {x.content}
        </p>
      ))}
      <OwnValues kind="follow-up" custom={f.custom} />
      {filling && <OwnSheet talk={f} onClose={() => setFilling(false)} />}
      <div className="tl-m">
        {(f.contacts?.length > 0 || f.companions?.length > 0) && (
          <small>
            {[
              ...(f.contacts ?? []).map((c) => c.name),
              ...(f.companions ?? []).map((c) => t('followup.label.with', { name: c.name })),
            ].join(' · ')}
          </small>
        )}
        {f.next_step && (
          <span className="chip tone-blue">
            <CircleArrowRight size={12} />
            <span className="cut">
              {f.next_step.what}
              {f.next_step.due_on && ` · ${relative(f.next_step.due_on)}`}
            </span>
          </span>
        )}
        {f.next_follow_up_at && (
          <span className="chip tone-gray">
            <CalendarClock size={12} />
            {t('followup.label.again', { when: relative(f.next_follow_up_at) })}
          </span>
        )}
        {files && <FileChips files={files} />}
      </div>
      {f.promises?.length > 0 && (
        <ul className="promises">
          {f.promises.map((p) => (
            <li key={p.id ?? p.what}>
              <Handshake size={13} className={p.kept === true ? 'kept' : p.kept === false ? 'broken' : 'mut'} />
              <span>{t(p.by === 'us' ? 'followup.label.we_promised' : 'followup.label.they_promised', { what: p.what })}</span>
              {p.kept === true ? (
                <Chip tone="green">{t('followup.state.kept')}</Chip>
              ) : p.kept === false ? (
                <Chip tone="red">{t('followup.state.broken')}</Chip>
              ) : (
                p.due_on && <When at={p.due_on} due />
              )}
              {(p.kept === null || p.kept === undefined) && p.id && customer.may.add && (
                <>
                  <IconButton small label={t('followup.verb.kept')} onClick={() => p.id && settle.mutate({ id: p.id, kept: true })}>
                    <Check size={14} />
                  </IconButton>
                  <IconButton small label={t('followup.verb.broken')} onClick={() => p.id && settle.mutate({ id: p.id, kept: false })}>
                    <X size={14} />
                  </IconButton>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
      <Thread customer={customer.id} followUp={f.id} said={said} may={customer.may.add && !customer.archived} />
    </Frame>
  );
}

function Event({ x }: { x: Happening }) {
  const t = useWord();
  const dictionaries = useDictionaries();
  const { stage } = useStages();
  const d = x.data ?? {};
  const s = (key: string) => (typeof d[key] === 'string' || typeof d[key] === 'number' ? String(d[key]) : '');
  const common = { by: x.by_name, at: x.at, minor: true };
  if (x.kind === 'move')
    return (
      <Frame {...common} icon={<Workflow size={14} />} tone={stage(s('to'))?.tone} what={t('followup.event.move')}>
        <div className="tl-m">
          {s('from') && (
            <>
              <StageChip code={s('from')} /> <span className="mut">→</span>
            </>
          )}
          <StageChip code={s('to')} />
          {Number(d.days) > 0 && <small>{t('followup.event.stayed', { count: Number(d.days) })}</small>}
          {(s('reason') || s('note')) && (
            <small>{[s('reason') && dictionaries.label('loss_reason', s('reason')), s('note')].filter(Boolean).join(' · ')}</small>
          )}
        </div>
      </Frame>
    );
  const step = s('action') || (x.kind === 'transfer' ? s('kind') : s('state'));
  const detail =
    (x.kind === 'contact'
      ? [
          s('name'),
          s('title'),
          s('also_at') && t('contact.label.also_at_name', { name: s('also_at') }),
          x.data?.affiliate && t('chain.state.affiliate'),
        ]
          .filter(Boolean)
          .join(' · ')
      : s('title')) ||
    s('name') ||
    s('cause') ||
    s('product') ||
    s('contact_name') ||
    (s('to_name') && t('followup.event.to', { name: s('to_name') })) ||
    s('to');
  const icon = {
    task: <ListTodo size={14} />,
    contact: <Contact size={14} />,
    transfer: <ArrowRightLeft size={14} />,
    created: <Building2 size={14} />,
  }[x.kind as 'task'] ?? <NotebookPen size={14} />;
  return (
    <Frame
      {...common}
      icon={icon}
      what={
        step
          ? wordOr(`followup.event.${x.kind}_${step}`, wordOr(`followup.event.${x.kind}`, x.kind))
          : wordOr(`followup.event.${x.kind}`, x.kind)
      }
    >
      {detail && x.kind !== 'created' && (
        <p className="tl-t">
          {[detail, s('reason') && dictionaries.label('transfer_reason', s('reason')), s('note')].filter(Boolean).join(' · ')}
        </p>
      )}
    </Frame>
  );
}
