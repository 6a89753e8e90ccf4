import { useQuery } from '@tanstack/react-query';
import { get, post } from '@/api/client';
import { colleaguesQuery, useMe } from '@/api/shared';
import type { Comment, Items, Reader } from '@/api/types';
import { useWord } from '@/app/words';
import { Avatar } from '@/kit/chips';

export type Named = { id: string; name: string };
/** What is being typed after an @. */
const AT = /@([^\s@]{0,20})$/;
export const partOf = (text: string): string | undefined => AT.exec(text)?.[1];
export const taken = (text: string, who: Named): string => text.replace(AT, `@${who.name} `);
/** Those who were taken and whose names still stand in the text. */
export const standing = <T extends Named>(text: string, all: T[]): T[] => all.filter((p) => text.includes(`@${p.name}`));

/** Who may be meant, to be taken with a tap. */
export function Offered({ people, onTake }: { people: Named[]; onTake: (who: Named) => void }) {
  const t = useWord();
  return (
    <fieldset className="chips" aria-label={t('comment.label.readers')}>
      {people.map((p) => (
        <button key={p.id} type="button" className="pill" onClick={() => onTake(p)}>
          <Avatar name={p.name} size={18} />
          {p.name}
        </button>
      ))}
      {!people.length && <small className="mut">{t('comment.empty.readers')}</small>}
    </fieldset>
  );
}

/** Offers colleagues while an @ is typed in what is not written down yet; whether they see the customer is asked then. */
export function Colleagues({ text, onTake }: { text: string; onTake: (who: Named) => void }) {
  const me = useMe();
  const part = partOf(text);
  const { data } = useQuery({ ...colleaguesQuery(part), enabled: part !== undefined });
  if (part === undefined || !data) return null;
  return <Offered people={data.filter((p) => p.id !== me.id).slice(0, 8)} onTake={onTake} />;
}

/** Asks those who were named in a follow-up into its thread, where they are told. Gives the names of those who do not see the customer: they are not. */
export async function callIn(followUp: string, named: Named[]): Promise<string[]> {
  const sees = async (p: Named) =>
    (await get<Items<Reader>>(`/follow-ups/${followUp}/readers`, { q: p.name })).items.some((r) => r.id === p.id);
  const seen = await Promise.all(named.map(sees));
  const told = named.filter((_, i) => seen[i]);
  if (told.length)
    await post<Comment>(`/follow-ups/${followUp}/comments`, {
      text: told.map((p) => `@${p.name}`).join(' '),
      mention_ids: told.map((p) => p.id),
    });
  return named.filter((_, i) => !seen[i]).map((p) => p.name);
}
