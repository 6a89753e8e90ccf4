import { Clock, Star } from 'lucide-react';
import { useMemo } from 'react';
import { useDictionaries } from '@/api/shared';
import { useWord } from '@/app/words';
import { Avatar, Chip } from '@/kit/chips';
import type { Link } from './data';
import { type Branch, grow } from './tree';

/** Shut or open doors: what somebody thinks of us has a colour, and the word beside it. */
export const ATTITUDE: Record<string, string> = { support: 'green', neutral: 'gray', oppose: 'red', unknown: 'gray' };
const STRENGTH: Record<string, number> = { high: 3, medium: 2, low: 1 };

/** Who reports to whom: from the top down where there is room, as an indented list on a phone. The lines are the lists' own borders. */
export function Chart({ people, days, onOpen }: { people: Link[]; days: number; onOpen?: (p: Link) => void }) {
  const t = useWord();
  // families first: who stands alone fills the room that they leave
  const roots = useMemo(() => grow(people).sort((a, b) => Number(b.below.length > 0) - Number(a.below.length > 0)), [people]);
  return (
    // wide families are scrolled to; the cards take the keyboard there, and where they are not buttons the frame does
    <div className="chain-frame" tabIndex={onOpen ? undefined : 0}>
      <ul className="chain-tree" aria-label={t('chain.title.chart')}>
        {roots.map((b) => (
          <Family key={b.person.id} branch={b} days={days} onOpen={onOpen} />
        ))}
      </ul>
    </div>
  );
}

function Family({ branch: b, days, onOpen }: { branch: Branch<Link>; days: number; onOpen?: (p: Link) => void }) {
  const t = useWord();
  return (
    <li>
      <Card p={b.person} days={days} onOpen={onOpen} />
      {b.below.length > 0 && (
        <ul aria-label={t('chain.label.below', { name: b.person.name })}>
          {b.below.map((x) => (
            <Family key={x.person.id} branch={x} days={days} onOpen={onOpen} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Card({ p, days, onOpen }: { p: Link; days: number; onOpen?: (p: Link) => void }) {
  const t = useWord();
  const dictionaries = useDictionaries();
  const tone = p.attitude ? (dictionaries.value('attitude', p.attitude)?.color ?? ATTITUDE[p.attitude] ?? 'gray') : null;
  const inside = (
    <>
      <span className="row chain-name">
        <Avatar name={p.name} size={26} />
        <span className="sp cut">
          <b className="cut">{p.name}</b>
          {p.primary && <Star size={11} fill="var(--amber-d)" color="var(--amber-d)" aria-label={t('contact.field.primary')} />}
        </span>
      </span>
      <small className="cut tx2">{p.title || '—'}</small>
      <span className="row wrap chain-marks">
        {p.role && <Chip tone={dictionaries.value('contact_role', p.role)?.color}>{dictionaries.label('contact_role', p.role)}</Chip>}
        {p.attitude && (
          <Chip tone={tone} dot>
            {dictionaries.label('attitude', p.attitude)}
          </Chip>
        )}
        {p.affiliate && <Chip tone="teal">{t('chain.state.affiliate')}</Chip>}
      </span>
      <span className="row chain-foot">
        {p.influence && (
          <small className="row tx2">
            <span className={`chain-bars n${STRENGTH[p.influence] ?? 0}`} aria-hidden="true">
              <i />
              <i />
              <i />
            </span>
            {t('chain.label.influence', { level: dictionaries.label('influence', p.influence) })}
          </small>
        )}
        {p.untouched && (
          <small className="row chain-late">
            <Clock size={11} aria-hidden="true" />
            {p.last_talk_at ? t('chain.state.untouched', { days }) : t('chain.state.never')}
          </small>
        )}
      </span>
    </>
  );
  const className = `chain-card${tone ? ` tone-${tone}` : ''}${p.affiliate ? ' dashed' : ''}`;
  if (!onOpen || p.affiliate) return <div className={className}>{inside}</div>;
  return (
    <button type="button" className={className} onClick={() => onOpen(p)}>
      {inside}
    </button>
  );
}
