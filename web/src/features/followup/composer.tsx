import { useQuery, useQueryClient } from '@tanstack/react-query';
import {
  CalendarClock,
  CircleArrowRight,
  Clock,
  Contact,
  Handshake,
  Lightbulb,
  ListPlus,
  NotebookPen,
  Quote,
  UsersRound,
} from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { post, Refused, said } from '@/api/client';
import { useDictionaries, useMe } from '@/api/shared';
import type { Customer, FollowUp } from '@/api/types';
import { addDays, dayAndTime, relative, today } from '@/app/dates';
import { useWord } from '@/app/words';
import { Staged, useStaged } from '@/features/attachment/staged';
import { Colleagues, callIn, standing, taken } from '@/features/comment/mention';
import { affiliatesOf, contactsOf } from '@/features/contact/data';
import { usePeopleMenu } from '@/features/customer/change';
import { type Errors, errorsOf } from '@/features/customer/save';
import { OwnFields, useOwn } from '@/features/field/section';
import { PhraseTool } from '@/features/phrase/tool';
import { Button, Segmented } from '@/kit/button';
import { DayInput } from '@/kit/day/day';
import { Area, Input } from '@/kit/inputs';
import { openMenu } from '@/kit/menu';
import { tell, tellError } from '@/kit/toast';
import { Again, AttachButton, Companions, ContactPicker, Line, METHOD_ICON, Promises } from './composerparts';
import { blank, body, type Draft, dropDraft, keepDraft, keptDraft } from './data';

const FIRST = ['call', 'wechat', 'visit', 'meeting'];

type Extra = 'own' | 'when' | 'contacts' | 'companions' | 'next' | 'again' | 'promises' | 'quote';

/** Ten seconds for a follow-up: how, a result, a sentence. Everything else is one tap further. */
export function Composer({
  customer,
  onDone,
  onDirty,
}: {
  customer: Pick<Customer, 'id' | 'name'>;
  onDone?: () => void;
  onDirty?: (dirty: boolean) => void;
}) {
  const t = useWord();
  const me = useMe();
  const client = useQueryClient();
  const dictionaries = useDictionaries();
  const people = usePeopleMenu();
  const [draft, setDraft] = useState<Draft>(() => keptDraft(customer.id) ?? blank());
  const [open, setOpen] = useState<Extra[]>(
    () => (draft.next_what ? ['next'] : []).concat(draft.promises.length ? ['promises'] : []) as Extra[],
  );
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [better, setBetter] = useState<string | null>(null);
  const [vague, setVague] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const ours = useOwn('follow-up');
  const [wrong, setWrong] = useState<Errors>({});
  const { data: own } = useQuery(contactsOf(customer.id));
  const { data: too } = useQuery(affiliatesOf(customer.id));
  // whoever belongs here too is spoken to here as well
  const contacts = own && [...own, ...(too ?? []).map((a) => ({ id: a.contact_id, name: a.name, title: a.title }))];
  useEffect(() => keepDraft(customer.id, draft), [customer.id, draft]);
  const files = useStaged(customer.id);
  const dirty = !!(draft.content || draft.next_what || draft.promises.length);
  const losing = files.rows.length > 0 || ours.dirty; // the draft stays, files and the company's own fields cannot
  useEffect(() => onDirty?.(losing), [losing, onDirty]);

  const set = (change: Partial<Draft>) => {
    setDraft((old) => ({ ...old, ...change }));
    setError(null);
    if ('content' in change) setVague(false);
  };
  const toggle = (x: Extra) => {
    if (x === 'next' && !draft.next_due) set({ next_due: addDays(today(), 1) });
    setOpen((old) => (old.includes(x) ? old.filter((y) => y !== x) : [...old, x]));
  };
  const methods = dictionaries.values('method');
  const first = FIRST.flatMap((code) => methods.find((m) => m.code === code) ?? []);
  const shown = first.some((m) => m.code === draft.method) ? first : [...first, ...methods.filter((m) => m.code === draft.method)];
  const outcomes = dictionaries.values('outcome');

  // the chip fills the sentence, so that one tap is already a follow-up; what was typed stays
  const choose = (code: string, label: string) => {
    const old = draft.outcome ? dictionaries.label('outcome', draft.outcome) : '';
    const rest = old && draft.content.startsWith(old) ? draft.content.slice(old.length).replace(/^[\p{P}\s]+/u, '') : draft.content;
    const off = draft.outcome === code;
    set({ outcome: off ? null : code, content: off ? rest : rest ? `${label}${t('followup.label.comma')}${rest}` : label });
    area.current?.focus();
  };
  const send = async (acceptVague = false) => {
    if (!draft.content.trim()) {
      area.current?.focus();
      return setError(t('followup.error.content'));
    }
    if (draft.next_what.trim() && !draft.next_due) {
      setOpen((old) => (old.includes('next') ? old : [...old, 'next']));
      return setError(t('followup.error.due'));
    }
    const found = ours.check();
    setWrong(found);
    if (Object.keys(found).length) return setOpen((old) => (old.includes('own') ? old : [...old, 'own']));
    setBusy(true);
    setError(null);
    try {
      const made = await post<FollowUp>(`/customers/${customer.id}/follow-ups`, { ...body(draft, acceptVague), ...ours.body() });
      files.send({ kind: 'follow_up', id: made.id });
      const named = standing(draft.content, draft.named);
      dropDraft(customer.id);
      ours.reset();
      setDraft(blank(draft.method));
      setOpen([]);
      setVague(false);
      for (const queryKey of [['timeline', customer.id], ['customers'], ['tasks'], ['promises'], ['home']])
        void client.invalidateQueries({ queryKey });
      tell(t(draft.next_what.trim() ? 'followup.state.recorded_task' : 'followup.state.recorded'));
      onDone?.();
      if (named.length)
        void callIn(made.id, named)
          .then((unseen) => unseen.length > 0 && tell(t('followup.state.not_told', { names: unseen.join(t('app.sign.list')) })), tellError)
          .finally(() => void client.invalidateQueries({ queryKey: ['comments', customer.id] }));
    } catch (e) {
      if (e instanceof Refused && e.code === 'vague') {
        setVague(true);
        setBetter(e.param('better') || null);
      } else {
        const { all, ...at } = errorsOf(e, ours.knows);
        setWrong(at);
        if (Object.keys(at).length) setOpen((old) => (old.includes('own') ? old : [...old, 'own']));
        setError(all ?? (Object.keys(at).length ? null : said(e)));
      }
    }
    setBusy(false);
  };
  const chip = (x: Extra, icon: ReactNode, label: string, on: boolean) => (
    <button
      key={x}
      type="button"
      className={on || open.includes(x) ? 'tool on' : 'tool'}
      aria-expanded={open.includes(x)}
      onClick={() => toggle(x)}
    >
      {icon}
      <span className="cut">{label}</span>
    </button>
  );
  const chosen = (contacts ?? []).filter((c) => draft.contact_ids.includes(c.id));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Ctrl+Enter records from anywhere in it
    <div
      className="composer"
      onPaste={(e) => files.take(e.clipboardData.files)}
      onKeyDown={(e) => {
        if (e.key === 'Enter' && (e.ctrlKey || e.metaKey) && !e.nativeEvent.isComposing) {
          e.preventDefault();
          e.stopPropagation();
          void send();
        }
      }}
    >
      <div className="row">
        <Segmented
          small
          label={t('followup.field.method')}
          value={draft.method}
          onChange={(method) => set({ method })}
          options={shown.map((m) => {
            const Icon = METHOD_ICON[m.code] ?? NotebookPen;
            return {
              value: m.code,
              label: (
                <>
                  <Icon size={13} />
                  {m.label}
                </>
              ),
            };
          })}
        />
        {methods.length > shown.length && (
          <button
            type="button"
            className="tool"
            aria-haspopup="menu"
            onClick={(e) =>
              openMenu({
                anchor: e.currentTarget,
                items: methods
                  .filter((m) => !shown.includes(m))
                  .map((m) => ({ key: m.code, label: m.label, run: () => set({ method: m.code }) })),
              })
            }
          >
            {t('app.verb.more')}
          </button>
        )}
      </div>
      <fieldset className="outcomes" aria-label={t('followup.field.outcome')}>
        {outcomes.map((o) => (
          <button
            key={o.code}
            type="button"
            aria-pressed={draft.outcome === o.code}
            className={draft.outcome === o.code ? 'pill on' : 'pill'}
            onClick={() => choose(o.code, o.label)}
          >
            {o.label}
          </button>
        ))}
      </fieldset>
      <Area
        ref={area}
        rows={2}
        className="bare"
        aria-label={t('followup.field.content')}
        placeholder={t('followup.hint.content')}
        value={draft.content}
        onChange={(content) => set({ content })}
        invalid={!!error}
      />
      <Colleagues
        text={draft.content}
        onTake={(who) => {
          set({ content: taken(draft.content, who), named: [...draft.named.filter((p) => p.id !== who.id), who] });
          area.current?.focus();
        }}
      />
      {vague && (
        <div className="notice tone-amber">
          <Lightbulb size={15} />
          <div className="col" style={{ gap: 6 }}>
            <span>{better ? t('followup.hint.vague', { better }) : t('error.vague.detail')}</span>
            <span className="row wrap">
              {better && (
                <Button
                  size="sm"
                  onClick={() => {
                    set({ content: better });
                    area.current?.focus();
                  }}
                >
                  {t('followup.verb.use_better')}
                </Button>
              )}
              <Button size="sm" look="ghost" onClick={() => void send(true)}>
                {t('followup.verb.keep')}
              </Button>
            </span>
          </div>
        </div>
      )}
      {open.includes('quote') && (
        <Area
          rows={2}
          aria-label={t('followup.field.quote')}
          placeholder={t('followup.hint.quote')}
          value={draft.quote}
          onChange={(quote) => set({ quote })}
        />
      )}
      {open.includes('when') && (
        <Line label={t('followup.field.happened_at')}>
          <DayInput
            time
            value={draft.happened_at}
            onChange={(happened_at) => set({ happened_at })}
            label={t('followup.field.happened_at')}
            autoFocus
          />
        </Line>
      )}
      {open.includes('contacts') && (
        <Line label={t('followup.field.contacts')}>
          <ContactPicker contacts={contacts} chosen={draft.contact_ids} onChange={(contact_ids) => set({ contact_ids })} />
        </Line>
      )}
      {open.includes('companions') && <Companions rows={draft.companions} onChange={(companions) => set({ companions })} />}
      {open.includes('next') && (
        <Line label={t('followup.field.next_step')}>
          <div className="nextstep">
            <Input
              value={draft.next_what}
              onChange={(next_what) => set({ next_what })}
              placeholder={t('followup.hint.next')}
              aria-label={t('followup.field.next_step')}
              autoFocus
            />
            <DayInput value={draft.next_due} onChange={(next_due) => set({ next_due })} label={t('task.field.due')} />
            <button
              type="button"
              className="pill"
              aria-haspopup="menu"
              onClick={(e) => people(e.currentTarget, draft.next_owner?.id ?? me.id, (next_owner) => set({ next_owner }), 'end')}
            >
              {draft.next_owner?.name ?? me.name}
            </button>
          </div>
        </Line>
      )}
      {open.includes('again') && (
        <Line label={t('followup.field.next_follow_up_at')}>
          <Again value={draft.next_follow_up_at} onChange={(next_follow_up_at) => set({ next_follow_up_at })} />
        </Line>
      )}
      {open.includes('promises') && (
        <Line label={t('followup.field.promises')}>
          <Promises rows={draft.promises} onChange={(promises) => set({ promises })} />
        </Line>
      )}
      {(open.includes('own') || ours.shown.some((f) => f.required)) && (
        <div className="form">
          <OwnFields own={ours} errors={wrong} onTouch={() => setWrong({})} />
        </div>
      )}
      {files.rows.length > 0 && <Staged files={files} customer={customer} />}
      {error && <p className="field-error">{error}</p>}
      <div className="tools-row">
        {chip(
          'next',
          <CircleArrowRight size={14} />,
          draft.next_what && !open.includes('next') ? draft.next_what : t('followup.field.next_step'),
          !!draft.next_what,
        )}
        {chip(
          'again',
          <CalendarClock size={14} />,
          draft.next_follow_up_at
            ? t('followup.label.again', { when: relative(draft.next_follow_up_at) })
            : t('followup.field.next_follow_up_at'),
          !!draft.next_follow_up_at,
        )}
        {chip(
          'promises',
          <Handshake size={14} />,
          draft.promises.length ? `${t('followup.field.promises')} ${draft.promises.length}` : t('followup.field.promises'),
          draft.promises.length > 0,
        )}
        {chip(
          'contacts',
          <Contact size={14} />,
          chosen.length ? chosen.map((c) => c.name).join(t('app.sign.list')) : t('followup.field.contacts'),
          chosen.length > 0,
        )}
        {chip(
          'when',
          <Clock size={14} />,
          draft.happened_at ? dayAndTime(draft.happened_at) : t('followup.label.now'),
          !!draft.happened_at,
        )}
        {chip(
          'companions',
          <UsersRound size={14} />,
          draft.companions.length ? draft.companions.map((c) => c.name).join(t('app.sign.list')) : t('followup.field.companions'),
          draft.companions.length > 0,
        )}
        {ours.shown.length > 0 && chip('own', <ListPlus size={14} />, t('field.label.own'), ours.dirty)}
        {chip('quote', <Quote size={14} />, t('followup.field.quote'), !!draft.quote)}
        <button
          type="button"
          className="tool"
          onClick={() => {
            set({ content: /(^|\s)$/.test(draft.content) ? `${draft.content}@` : `${draft.content} @` });
            area.current?.focus();
          }}
        >
          {t('followup.verb.mention')}
        </button>
        <PhraseTool
          customer={customer}
          method={draft.method}
          contacts={contacts}
          chosen={draft.contact_ids}
          content={draft.content}
          area={area}
          onChange={(content) => set({ content })}
        />
        <AttachButton count={files.rows.length} take={files.take} />
        {dirty && (
          <small className="not-phone" style={{ paddingLeft: 8 }}>
            {t('followup.state.draft')}
          </small>
        )}
        <Button size="sm" look="primary" busy={busy} onClick={() => void send()} keys={['Ctrl', '↵']}>
          {t('followup.verb.record')}
        </Button>
      </div>
    </div>
  );
}
