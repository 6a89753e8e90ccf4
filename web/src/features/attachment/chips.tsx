import { openIt } from '@/app/ui';
import { useWord } from '@/app/words';
import '@/styles/attachment.css';
import type { Kept } from './data';
import { Mark } from './marks';
import { useKinds } from './staged';

/** The files of one record; a tap opens them. */
export function FileChips({ files }: { files: Kept[] }) {
  const t = useWord();
  const kinds = useKinds();
  const open = files.filter((f) => f.opens);
  return (
    <>
      {files.map((f) => {
        const text = kinds.label(f.kind);
        return f.opens ? (
          <button
            key={f.id}
            type="button"
            className="chip filechip"
            title={f.name}
            aria-label={t('attachment.verb.open', { name: f.name })}
            onClick={() => openIt({ what: 'files', files: open, at: f.id })}
          >
            <Mark small name={f.name} />
            <span className="cut">{f.original ?? text}</span>
          </button>
        ) : (
          <span key={f.id} className="chip filechip" title={t('attachment.hint.locked')}>
            <Mark small locked name={f.name} />
            <span className="cut">{text}</span>
          </span>
        );
      })}
    </>
  );
}
