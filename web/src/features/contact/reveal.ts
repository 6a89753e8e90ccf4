import { useMemo } from 'react';
import { get, post, Refused } from '@/api/client';
import { useDictionaries } from '@/api/shared';
import type { ContactField, Customer, CustomerRecord, Revealed } from '@/api/types';
import { word } from '@/app/words';
import { askReason } from '@/features/customer/change';
import { tell, tellError } from '@/kit/toast';

type Whose = Pick<Customer, 'may'> | undefined;

/** Which of a person's numbers is called: the first there is. */
export const numberOf = (person: CustomerRecord['primary_contact'] | null) =>
  person?.mobile ? 'mobile' : person?.mobile2 ? 'mobile2' : person?.phone ? 'phone' : null;

/**
 * The clear value leaves the server for one act: calling, copying, opening 微信.
 * Whoever works on the customer gives the act as the reason; anybody else with the right is asked for one.
 */
export function useReveal() {
  const dictionaries = useDictionaries();
  return useMemo(() => {
    type Act = 'call' | 'copy' | 'wechat' | 'visit';
    const open = (id: string, field: ContactField, act: Act, customer: Whose) => opened(`/contacts/${id}`, field, act, customer);
    const opened = async (path: string, field: string, act: Act, customer: Whose): Promise<string | null> => {
      const send = async (reason: string) => (await post<Revealed>(`${path}/reveal`, { field, reason })).value;
      // seeing all customers is not working on them: the server knows who does, and then wants a reason
      if (customer?.may?.add) {
        try {
          return await send(act);
        } catch (e) {
          if (!(e instanceof Refused && e.status === 422 && e.first()?.field === 'reason')) throw e;
        }
      }
      const why = await askReason(word('contact.ask.reveal'), dictionaries.values('reveal_reason'), word('contact.ask.reveal_text'));
      if (!why) return null;
      return send([why.reason && dictionaries.label('reveal_reason', why.reason), why.note].filter(Boolean).join(' · '));
    };
    const guard = (act: () => Promise<unknown>) => void act().catch(tellError);
    return {
      call: (id: string, field: 'mobile' | 'mobile2' | 'phone', customer: Whose) =>
        guard(async () => {
          const value = await open(id, field, 'call', customer);
          if (value) location.href = `tel:${value.replace(/[^\d+]/g, '')}`;
        }),
      /** From a list, which knows neither people nor rights: the record says whom to call. */
      callCustomer: (c: Pick<Customer, 'id'>) =>
        guard(async () => {
          const record = await get<CustomerRecord>(`/customers/${c.id}`);
          const person = record.primary_contact;
          const field = numberOf(person);
          if (!person || !field) return tell(word('contact.state.no_number'));
          const value = await open(person.id, field, 'call', record);
          if (value) location.href = `tel:${value.replace(/[^\d+]/g, '')}`;
        }),
      copy: (id: string, field: ContactField, customer: Whose) =>
        guard(async () => {
          const value = await open(id, field, field === 'wechat' ? 'wechat' : 'copy', customer);
          if (!value) return;
          await copyText(value);
          tell(field === 'wechat' ? word('contact.state.wechat_copied') : word('app.state.copied'));
        }),
      /** One of the company's own fields of a customer. */
      showOwn: async (c: Pick<Customer, 'id' | 'may'>, field: string): Promise<string | null> => {
        try {
          return await opened(`/customers/${c.id}`, field, 'copy', c);
        } catch (e) {
          tellError(e);
          return null;
        }
      },
      /** What somebody proposes for a key field. */
      proposed: async (id: string, field: string): Promise<string | null> => {
        try {
          return await opened(`/key-changes/${id}`, field, 'copy', { may: { add: true } as Customer['may'] });
        } catch (e) {
          tellError(e);
          return null;
        }
      },
      /** One of the company's own fields of what hangs on a customer: /orders/… */
      showAt: async (at: string, field: string): Promise<string | null> => {
        try {
          return await opened(at, field, 'copy', { may: { add: true } as Customer['may'] });
        } catch (e) {
          tellError(e);
          return null;
        }
      },
      show: async (id: string, field: ContactField, customer: Whose): Promise<string | null> => {
        try {
          return await open(id, field, 'copy', customer);
        } catch (e) {
          tellError(e);
          return null;
        }
      },
    };
  }, [dictionaries]);
}

/** The clipboard is only there under HTTPS and on this machine; an old way works in plain HTTP in the office. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const box = document.createElement('textarea');
  box.value = text;
  box.style.cssText = 'position:fixed;opacity:0';
  document.body.append(box);
  box.select();
  document.execCommand('copy');
  box.remove();
}
