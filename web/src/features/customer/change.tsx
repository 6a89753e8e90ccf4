import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { get, patch, post, Refused, remove } from '@/api/client';
import { colleaguesQuery, useDictionaries, useMe, useStages } from '@/api/shared';
import type { Customer, Field, List } from '@/api/types';
import { word } from '@/app/words';
import { tellHeld } from '@/features/keychange/told';
import { Avatar } from '@/kit/chips';
import { ask } from '@/kit/dialog';
import { Area, Choices, Input } from '@/kit/inputs';
import { type Item, openMenu } from '@/kit/menu';
import { tell, tellError, tellUndo } from '@/kit/toast';
import { askLacking, lackingOf } from './lacking';
import { customerQuery } from './query';
import { ofOwn } from './save';

export type Reason = { reason: string | null; note: string };

/** A reason from the company's list, with room for a sentence. */
export function askReason(title: string, options: { code: string; label: string }[], text?: string): Promise<Reason | null> {
  return ask<Reason>({
    title,
    text,
    form: (value, set) => (
      <>
        {options.length > 0 && (
          <Choices
            label={title}
            value={value?.reason ?? null}
            options={options}
            onChange={(reason) => set(reason || value?.note ? { reason, note: value?.note ?? '' } : undefined)}
          />
        )}
        <Area
          rows={2}
          aria-label={word('customer.field.note')}
          placeholder={word(options.length ? 'customer.hint.note' : 'customer.hint.reason')}
          value={value?.note ?? ''}
          onChange={(note) => set(note || value?.reason ? { reason: value?.reason ?? null, note } : undefined)}
        />
      </>
    ),
  });
}

/** Everything that changes a customer: at once on the screen, taken back on refusal, undoable for eight seconds. */
export function useCustomerChange() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { stage } = useStages();
  const dictionaries = useDictionaries();
  const me = useMe();
  return useMemo(() => {
    const each = (id: string, change: (c: Customer) => Customer) => {
      client.setQueryData<Customer>(customerQuery(id).queryKey, (old) => old && change(old));
      client.setQueriesData<List<Customer>>(
        { queryKey: ['customers', 'list'] },
        (old) => old && { ...old, items: old.items.map((c) => (c.id === id ? change(c) : c)) },
      );
    };
    /** The server's answer, kept beside what only the full record has. */
    const put = (fresh: Customer) => each(fresh.id, (c) => ({ ...c, ...fresh }));
    const around = (id: string) => {
      void client.invalidateQueries({ queryKey: ['timeline', id] });
      void client.invalidateQueries({ queryKey: ['history', id] });
      void client.invalidateQueries({ queryKey: ['confirmations', id] });
      void client.invalidateQueries({ queryKey: ['customers', 'one', id] });
      void client.invalidateQueries({ queryKey: ['home'] });
    };
    const lists = () => client.invalidateQueries({ queryKey: ['customers'] });
    const reload = async (id: string) => put(await get<Customer>(`/customers/${id}`));
    /** Shows `guess` at once; puts the old record back when refused, and the newest one when somebody was faster. */
    const write = async (c: Customer, guess: Partial<Customer>, send: (version: number) => Promise<Customer>): Promise<Customer | null> => {
      each(c.id, (old) => ({ ...old, ...guess }));
      try {
        const fresh = await send(c.version);
        put(fresh);
        around(c.id);
        return fresh;
      } catch (e) {
        each(c.id, () => c);
        if (e instanceof Refused && e.code === 'version_stale') void reload(c.id).catch(() => {});
        throw e;
      }
    };

    const change = async (c: Customer, fields: Partial<Customer>, label: string): Promise<Customer | null> => {
      const before = Object.fromEntries(Object.keys(fields).map((k) => [k, c[k as keyof Customer] ?? null])) as Partial<Customer>;
      const fresh = await write(c, fields, (version) => patch<Customer>(`/customers/${c.id}`, fields, version));
      if (fresh && !tellHeld(fresh.pending, Object.keys(fields), () => label))
        tellUndo(
          word('customer.state.changed', { label }),
          () =>
            void write(fresh, before, (v) => patch<Customer>(`/customers/${c.id}`, before, v)).then(
              () => tell(word('app.state.undone')),
              tellError,
            ),
        );
      return fresh;
    };

    /** One of the company's own fields. What is sealed shows nothing before the server masked it, and cannot be put back. */
    const changeOwn = async (c: Customer, field: Field, value: unknown): Promise<Customer | null> => {
      const send = (at: Customer, v: unknown) =>
        write(at, field.masked ? {} : { custom: { ...at.custom, [field.name]: v } }, (version) =>
          patch<Customer>(`/customers/${c.id}`, { custom: { [field.name]: v } }, version),
        );
      let fresh: Customer | null;
      try {
        fresh = await send(c, value);
      } catch (e) {
        const first = e instanceof Refused ? e.first() : undefined;
        throw first?.field?.startsWith('custom.') ? new Error(ofOwn(first) ?? first.message) : e;
      }
      const text = word('customer.state.changed', { label: field.label });
      if (tellHeld(fresh?.pending, [field.name], () => field.label)) return fresh;
      if (field.masked) tell(text);
      else if (fresh) {
        const now = fresh;
        tellUndo(text, () => void send(now, c.custom?.[field.name] ?? null).then(() => tell(word('app.state.undone')), tellError));
      }
      return fresh;
    };

    const move = async (c: Customer, to: string, undoing = false): Promise<Customer | null> => {
      const name = stage(to)?.name ?? to;
      let extra: Record<string, unknown> = {};
      if (stage(to)?.phase === 'lost' && stage(c.stage)?.phase !== 'lost') {
        const why = await askReason(word('customer.ask.lost'), dictionaries.values('loss_reason'));
        if (!why) return null;
        extra = { reason: why.reason ?? undefined, note: why.note || undefined };
      } else if (undoing) extra = { note: word('app.verb.undo') };
      for (let tries = 0; tries < 3; tries++) {
        try {
          const fresh = await write(c, { stage: to }, (v) => post<Customer>(`/customers/${c.id}/move`, { to, ...extra }, v));
          if (fresh && !undoing)
            tellUndo(word('customer.state.moved', { stage: name }), () => void move(fresh, c.stage, true).catch(tellError));
          else if (fresh) tell(word('app.state.undone'));
          return fresh;
        } catch (e) {
          const missing = lackingOf(e);
          if (missing.length) {
            await askLacking(
              client,
              c.id,
              name,
              missing,
              () => void navigate({ to: '/customers/$id', params: { id: c.id }, search: { tab: 'contacts' } }),
            );
            return null;
          }
          if (!(e instanceof Refused) || !['stage_skip_reason', 'stage_evidence'].includes(e.code)) throw e;
          const field = e.first()?.field ?? 'reason';
          if (undoing && tries === 0) {
            extra = { ...extra, reason: word('app.verb.undo') };
            continue;
          }
          const sent = await ask<string>({
            title: e.problem.title,
            text: e.first()?.message || e.problem.detail,
            ok: word('customer.verb.move_to', { stage: name }),
            form: (value, set) => (
              <Input
                value={value ?? ''}
                onChange={(v) => set(v || undefined)}
                aria-label={e.problem.title}
                placeholder={word('customer.hint.reason')}
              />
            ),
          });
          if (sent === null) return null;
          extra = { ...extra, [field]: sent };
        }
      }
      return null;
    };

    const transfer = async (c: Customer, to: { id: string; name: string }, given?: Reason, quiet = false): Promise<Customer | null> => {
      const why = given ?? (await askReason(word('customer.ask.transfer', { name: to.name }), dictionaries.values('transfer_reason')));
      if (!why) return null;
      const body = { to: to.id, reason: why.reason ?? why.note, note: why.note || undefined };
      const before = c.owner_id ? { id: c.owner_id, name: c.owner_name ?? '' } : null;
      const fresh = await write(c, { owner_id: to.id, owner_name: to.name }, (v) => post<Customer>(`/customers/${c.id}/transfer`, body, v));
      if (fresh && !quiet) {
        const text = word('customer.state.transferred', { name: to.name });
        // handing on may be the last thing one may do with a customer: then there is nothing to take back
        if (before && fresh.may?.transfer)
          tellUndo(text, () => void transfer(fresh, before, why, true).then(() => tell(word('app.state.undone')), tellError));
        else tell(text);
      }
      return fresh;
    };

    const drop = async (c: Customer): Promise<void> => {
      await remove(`/customers/${c.id}`, c.version);
      void lists();
      tellUndo(word('customer.state.deleted', { name: c.name }), () => void restore(c).catch(tellError));
    };
    const restore = async (c: Customer): Promise<void> => {
      const binned = (await get<List<Customer>>('/customers/bin', { limit: 200 })).items.find((x) => x.id === c.id);
      await post(`/customers/${c.id}/restore`, {}, binned?.version ?? c.version + 1);
      await lists();
      tell(word('customer.state.restored', { name: c.name }));
    };
    const claim = async (c: Customer) => {
      const fresh = await write(c, { owner_id: me.id, owner_name: me.name, pool_id: null }, () =>
        post<Customer>(`/customers/${c.id}/claim`),
      );
      tell(word('customer.state.claimed', { name: c.name }));
      return fresh;
    };
    const release = async (c: Customer) => {
      const why = await askReason(word('customer.ask.release'), [], word('customer.ask.release_text'));
      if (!why) return null;
      const fresh = await write(c, { owner_id: null, owner_name: null }, (v) =>
        post<Customer>(`/customers/${c.id}/release`, { reason: why.note }, v),
      );
      tell(word('customer.state.released'));
      return fresh;
    };
    const submit = async (c: Customer) => {
      const fresh = await write(c, {}, (v) => post<Customer>(`/customers/${c.id}/submit`, {}, v));
      if (fresh) tell(word(fresh.review === 'effective' ? 'customer.state.now_effective' : 'customer.state.submitted'));
      return fresh;
    };

    const safely =
      <A extends unknown[]>(act: (...args: A) => Promise<unknown>) =>
      (...args: A) =>
        void act(...args).catch(tellError);
    return { put, around, lists, reload, change, changeOwn, move, transfer, drop, restore, claim, release, submit, safely };
  }, [client, stage, dictionaries, me.id, me.name, navigate]);
}

/** The stages a customer may go to: the usual next ones first. */
export function useStageMenu() {
  const { stages, stage } = useStages();
  return (anchor: HTMLElement, current: string, pick: (code: string) => void) => {
    const next = stage(current)?.next ?? [];
    const item = (code: string): Item[] => {
      const s = stage(code);
      return s
        ? [
            {
              key: code,
              label: s.name,
              icon: <i className={`dot tone-${s.tone}`} />,
              checked: code === current,
              run: () => code !== current && pick(code),
            },
          ]
        : [];
    };
    const others = stages.filter((s) => !next.includes(s.code));
    openMenu({
      anchor,
      items: [...next.flatMap(item), ...(next.length ? [{ line: 'rest' }] : []), ...others.flatMap((s) => item(s.code))],
    });
  };
}

/** Colleagues by name, as a menu. */
export function usePeopleMenu() {
  const client = useQueryClient();
  return (anchor: HTMLElement, current: string | null, pick: (person: { id: string; name: string }) => void, align?: 'start' | 'end') =>
    openMenu({
      anchor,
      align,
      search: word('app.hint.person'),
      items: async (q) =>
        (await client.fetchQuery(colleaguesQuery(q))).map((p) => ({
          key: p.id,
          label: p.name,
          icon: <Avatar name={p.name} size={20} />,
          hint: p.department_name ?? undefined,
          checked: p.id === current,
          run: () => p.id !== current && pick({ id: p.id, name: p.name }),
        })),
    });
}
