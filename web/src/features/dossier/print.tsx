import type { CustomerRecord } from '@/api/types';
import { word } from '@/app/words';
import { download } from '@/features/export/download';
import { ask } from '@/kit/dialog';
import { Choices, FormField, Input } from '@/kit/inputs';
import { tellError } from '@/kit/toast';

type Printing = { full: boolean; reason: string };

/** Prints 客户档案; numbers in full are asked for with a reason, where this viewer may reveal them. */
export async function printDossier(c: CustomerRecord) {
  let p: Printing | null = { full: false, reason: '' };
  if (c.may.reveal)
    p = await ask<Printing>({
      title: word('dossier.verb.print'),
      text: word('dossier.hint.print'),
      ok: word('archive.verb.download'),
      value: p,
      form: (value, set) => <Form value={value} set={set} />,
    });
  if (!p) return;
  const asked = p.full ? `?${new URLSearchParams({ reason: p.reason.trim() })}` : '';
  await download(`/customers/${c.id}/dossier${asked}`).catch(tellError);
}

/** While the reason is missing the value is not: the box keeps what was typed, and the server refuses an empty one. */
function Form({ value, set }: { value: Printing | undefined; set: (p: Printing | undefined) => void }) {
  const v = value ?? { full: false, reason: '' };
  return (
    <>
      <FormField name="full" label={word('dossier.paper.reach')}>
        {(id) => (
          <Choices
            id={id}
            label={word('dossier.paper.reach')}
            value={v.full ? 'full' : 'masked'}
            onChange={(code) => set({ ...v, full: code === 'full' })}
            options={[
              { code: 'masked', label: word('dossier.label.masked') },
              { code: 'full', label: word('dossier.label.full') },
            ]}
          />
        )}
      </FormField>
      {v.full ? (
        <FormField name="reason" label={word('dossier.label.reason')} help={word('dossier.label.full_hint')}>
          {(id) => <Input id={id} required minLength={2} maxLength={200} value={v.reason} onChange={(reason) => set({ ...v, reason })} />}
        </FormField>
      ) : (
        <p className="tx2">{word('dossier.label.masked_hint')}</p>
      )}
    </>
  );
}

/** Prints 拜访记录, to be signed. */
export const printVisit = (followUp: string) => download(`/follow-ups/${followUp}/visit-record`).catch(tellError);
