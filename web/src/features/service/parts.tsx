import { ChevronDown } from 'lucide-react';
import { useDictionaries } from '@/api/shared';
import { useWord } from '@/app/words';
import { useShut } from '@/features/archive/data';
import { Chip } from '@/kit/chips';
import { openMenu } from '@/kit/menu';
import { ABOUT, type Entry, type Noun, useServiceChange } from './data';

/** Where a need or feedback stands; a tap shows what may follow, and a second one moves it there. */
export function StateButton({ noun, x }: { noun: Noun; x: Entry }) {
  const t = useWord();
  const dictionaries = useDictionaries();
  const act = useServiceChange(noun);
  const states = ABOUT[noun].states;
  const value = dictionaries.value(states, x.state);
  const chip = <Chip tone={value?.color}>{value?.label ?? x.state}</Chip>;
  const next = x.may.states ?? [];
  const shut = useShut(x.customer_id);
  if (shut || !x.may.change || !next.length) return chip;
  return (
    <button
      type="button"
      className="statebtn"
      aria-haspopup="menu"
      aria-label={t('service.verb.move', { code: x.code, state: value?.label ?? x.state })}
      onClick={(e) =>
        openMenu({
          anchor: e.currentTarget,
          items: next.map((s) => ({
            key: s,
            label: dictionaries.label(states, s),
            run: () => void act.step(x, s, dictionaries.label(states, s)),
          })),
        })
      }
    >
      {chip}
      <ChevronDown size={12} aria-hidden="true" />
    </button>
  );
}

export function KindChip({ noun, kind }: { noun: Noun; kind: string }) {
  const value = useDictionaries().value(ABOUT[noun].kinds, kind);
  return <Chip tone={value?.color}>{value?.label ?? kind}</Chip>;
}

/** Points as stars and as a word, so that neither colour nor shape alone tells. */
export function Points({ value }: { value: number }) {
  const t = useWord();
  const dictionaries = useDictionaries();
  if (!value) return <span className="mut">—</span>;
  const of = dictionaries.value('satisfaction', String(value));
  return (
    <Chip tone={of?.color} title={of?.label}>
      {t('service.label.points', { count: value })} {of?.label}
    </Chip>
  );
}

export function PriorityChip({ code }: { code: string }) {
  const value = useDictionaries().value('priority', code);
  return <Chip tone={value?.color}>{value?.label ?? code}</Chip>;
}
