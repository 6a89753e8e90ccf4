import { Camera, FolderOpen, MapPin, MessageCircle, Paperclip, Phone, UsersRound, X } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import type { Contact, Promised } from '@/api/types';
import { addDays, relative, today } from '@/app/dates';
import { usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { ACCEPT } from '@/features/attachment/data';
import { usePeopleMenu } from '@/features/customer/change';
import { IconButton } from '@/kit/button';
import { DayInput } from '@/kit/day/day';
import { Input } from '@/kit/inputs';
import { openMenu } from '@/kit/menu';

export const METHOD_ICON: Record<string, typeof Phone> = {
  call: Phone,
  wechat: MessageCircle,
  visit: MapPin,
  face_to_face: UsersRound,
  meeting: UsersRound,
  online_meeting: UsersRound,
};

export function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="cline">
      <small>{label}</small>
      {children}
    </div>
  );
}

/** What was promised, by whom and until when. */
export function Promises({ rows, onChange }: { rows: Promised[]; onChange: (rows: Promised[]) => void }) {
  const t = useWord();
  const set = (i: number, change: Partial<Promised>) => onChange(rows.map((r, j) => (j === i ? { ...r, ...change } : r)));
  return (
    <div className="col">
      {rows.map((r, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity
        <div key={i} className="nextstep promise">
          <button type="button" className="pill" onClick={() => set(i, { by: r.by === 'us' ? 'customer' : 'us' })}>
            {t(r.by === 'us' ? 'followup.label.us' : 'followup.label.customer')}
          </button>
          <Input
            value={r.what}
            onChange={(what) => set(i, { what })}
            placeholder={t('followup.hint.promise')}
            aria-label={t('followup.field.promises')}
          />
          <DayInput value={r.due_on} onChange={(due_on) => set(i, { due_on })} label={t('task.field.due')} />
          <IconButton small label={t('app.verb.remove')} onClick={() => onChange(rows.filter((_, j) => j !== i))}>
            <X size={14} />
          </IconButton>
        </div>
      ))}
      <span className="row">
        <button type="button" className="pill" onClick={() => onChange([...rows, { by: 'us', what: '', due_on: null }])}>
          + {t('followup.verb.we_promise')}
        </button>
        <button type="button" className="pill" onClick={() => onChange([...rows, { by: 'customer', what: '', due_on: null }])}>
          + {t('followup.verb.they_promise')}
        </button>
      </span>
    </div>
  );
}

export function ContactPicker({
  contacts,
  chosen,
  onChange,
}: {
  contacts: Pick<Contact, 'id' | 'name' | 'title'>[] | undefined;
  chosen: string[];
  onChange: (ids: string[]) => void;
}) {
  const t = useWord();
  return (
    <div className="chips">
      {(contacts ?? []).map((c) => {
        const on = chosen.includes(c.id);
        return (
          <button
            key={c.id}
            type="button"
            aria-pressed={on}
            className={on ? 'pill on' : 'pill'}
            onClick={() => onChange(on ? chosen.filter((x) => x !== c.id) : [...chosen, c.id])}
          >
            {c.name}
          </button>
        );
      })}
      {contacts?.length === 0 && <small>{t('contact.empty.title')}</small>}
    </div>
  );
}

/** Colleagues who were there too. */
export function Companions({
  rows,
  onChange,
}: {
  rows: { id: string; name: string }[];
  onChange: (rows: { id: string; name: string }[]) => void;
}) {
  const t = useWord();
  const people = usePeopleMenu();
  return (
    <Line label={t('followup.field.companions')}>
      <div className="chips">
        {rows.map((p) => (
          <button
            key={p.id}
            type="button"
            className="pill on"
            aria-label={`${t('app.verb.remove')} ${p.name}`}
            onClick={() => onChange(rows.filter((x) => x.id !== p.id))}
          >
            {p.name}
            <X size={12} />
          </button>
        ))}
        <button
          type="button"
          className="pill"
          onClick={(e) => people(e.currentTarget, null, (p) => !rows.some((x) => x.id === p.id) && onChange([...rows, p]))}
        >
          + {t('app.verb.add')}
        </button>
      </div>
    </Line>
  );
}

/** When to talk again: the usual days, or any. */
export function Again({ value, onChange }: { value: string | null; onChange: (day: string | null) => void }) {
  const t = useWord();
  return (
    <div className="row wrap">
      {[1, 3, 7, 14].map((n) => {
        const day = addDays(today(), n);
        return (
          <button key={n} type="button" className={value?.startsWith(day) ? 'pill on' : 'pill'} onClick={() => onChange(day)}>
            {relative(day)}
          </button>
        );
      })}
      <span style={{ width: 210 }}>
        <DayInput value={value} onChange={onChange} label={t('followup.field.next_follow_up_at')} />
      </span>
    </div>
  );
}

/** Files for a follow-up: chosen now, sent once it is recorded. A phone offers its camera. */
export function AttachButton({ count, take }: { count: number; take: (files: File[]) => void }) {
  const t = useWord();
  const phone = usePhone();
  const picker = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const took = (e: React.ChangeEvent<HTMLInputElement>) => {
    take([...(e.target.files ?? [])]);
    e.target.value = '';
  };
  const choose = (anchor: HTMLElement) => {
    if (!phone) return picker.current?.click();
    openMenu({
      anchor,
      items: [
        { key: 'photo', label: t('attachment.verb.photo'), icon: <Camera size={15} />, run: () => camera.current?.click() },
        { key: 'files', label: t('attachment.verb.choose'), icon: <FolderOpen size={15} />, run: () => picker.current?.click() },
      ],
    });
  };
  return (
    <>
      <button type="button" className={count ? 'tool on' : 'tool'} onClick={(e) => choose(e.currentTarget)}>
        <Paperclip size={14} />
        <span className="cut">
          {t('attachment.tab')}
          {count > 0 && ` ${count}`}
        </span>
      </button>
      <input ref={picker} type="file" hidden multiple accept={ACCEPT} aria-label={t('attachment.verb.choose')} onChange={took} />
      <input
        ref={camera}
        type="file"
        hidden
        accept="image/*"
        capture="environment"
        aria-label={t('attachment.verb.photo')}
        onChange={took}
      />
    </>
  );
}
