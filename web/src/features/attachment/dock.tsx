import { RotateCcw, X } from 'lucide-react';
import { useWord } from '@/app/words';
import { IconButton } from '@/kit/button';
import '@/styles/attachment.css';
import { bytes } from './data';
import { Mark } from './marks';
import { cancel, dismiss, lookedAt, retry, type Upload, useUploads } from './queue';

/** One file on its way, or what kept it from arriving. */
export function Line({ u }: { u: Upload }) {
  const t = useWord();
  const percent = Math.round(u.sent * 100);
  const name = u.file.name;
  return (
    <li className={u.state === 'failed' ? 'wrong' : ''}>
      <Mark name={name} />
      <div className="sp">
        <p className="cut">
          <bdi>{name}</bdi> <small className="tn">{bytes(u.file.size)}</small>
        </p>
        {u.state === 'failed' ? (
          <small className="bad-tx" role="alert">
            {u.error}
          </small>
        ) : (
          <span
            className="fbar"
            role="progressbar"
            aria-label={t('attachment.label.sending', { name })}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={percent}
          >
            <i style={{ width: `${percent}%` }} />
          </span>
        )}
      </div>
      {u.state === 'failed' ? (
        !u.final && (
          <IconButton small label={t('attachment.verb.retry', { name })} onClick={() => retry(u.key)}>
            <RotateCcw size={14} />
          </IconButton>
        )
      ) : (
        <small className="tn">
          {u.state === 'waiting' ? t('attachment.state.waiting') : percent < 100 ? `${percent}%` : t('attachment.state.keeping')}
        </small>
      )}
      <IconButton
        small
        label={t(u.state === 'failed' ? 'attachment.verb.dismiss' : 'attachment.verb.cancel', { name })}
        onClick={() => (u.state === 'failed' ? dismiss : cancel)(u.key)}
      >
        <X size={14} />
      </IconButton>
    </li>
  );
}

/** Uploads that the page itself does not list, over whatever page stands open. */
export default function Dock() {
  const t = useWord();
  const uploads = useUploads();
  const seen = lookedAt();
  const rest = uploads.filter((u) => u.customer !== seen || u.record);
  if (!rest.length) return null;
  const failed = rest.filter((u) => u.state === 'failed').length;
  return (
    <section className="fdock" aria-label={t('attachment.label.uploads')}>
      <p className="fdock-h" role="status">
        {failed === rest.length
          ? t('attachment.state.failed', { count: failed })
          : t('attachment.state.sending', { count: rest.length - failed })}
      </p>
      <ul className="staged">
        {rest.map((u) => (
          <Line key={u.key} u={u} />
        ))}
      </ul>
    </section>
  );
}
