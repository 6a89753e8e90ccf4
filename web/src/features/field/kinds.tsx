import type { OwnKind } from '@/api/types';
import { useWord } from '@/app/words';
import { KINDS } from './data';

/** What a field can be, each with an example from the trade. */
export function KindPicker({ onPick }: { onPick: (kind: OwnKind) => void }) {
  const t = useWord();
  return (
    <div className="form">
      <p className="field-help">{t('field.hint.kind')}</p>
      <div className="own-kinds">
        {KINDS.map(({ kind, icon: Icon }) => (
          <button key={kind} type="button" onClick={() => onPick(kind)} data-kind={kind}>
            <span className="own-icon" aria-hidden="true">
              <Icon size={16} strokeWidth={1.75} />
            </span>
            <b>{t(`field.kind.${kind}`)}</b>
            <small>{t(`field.example.${kind}`)}</small>
          </button>
        ))}
      </div>
    </div>
  );
}
