import type { QueryClient } from '@tanstack/react-query';
import { Refused } from '@/api/client';
import { fieldsQuery } from '@/api/shared';
import { openIt } from '@/app/ui';
import { word, wordOr } from '@/app/words';
import { ask } from '@/kit/dialog';

/** The fields that an act was refused for because they are not filled; none where it was refused for something else. */
export function lackingOf(e: unknown): string[] {
  const errors = e instanceof Refused && e.status === 422 ? (e.problem.errors ?? []) : [];
  return errors.every((x) => x.code === 'required') ? errors.flatMap((x) => x.field ?? []) : [];
}

/** Says which fields a stage asks for, and leads to where they are filled: the form, or the people. */
export async function askLacking(client: QueryClient, id: string, stage: string, missing: string[], toPeople: () => void) {
  const fields = client.getQueryData(fieldsQuery('customer').queryKey) ?? [];
  const label = (m: string) =>
    m.startsWith('contact.')
      ? word('customer.label.of_contact', {
          field: m === 'contact.reach' ? word('intake.field.contact.reach') : wordOr(`contact.field.${m.slice(8)}`, m),
        })
      : m === 'budget_from_fen'
        ? word('customer.field.budget')
        : (fields.find((f) => f.name === m)?.label ?? wordOr(`customer.field.${m}`, m));
  const go = await ask<true>({
    title: word('rule.ask.lacking', { stage }),
    text: missing.map(label).join(word('app.sign.list')),
    ok: word('rule.verb.fill'),
    value: true,
  });
  if (!go) return;
  const only = missing.filter((m) => fields.some((f) => f.name === m && !f.read_only));
  if (only.length) openIt({ what: 'form', id, only });
  else toPeople();
}
