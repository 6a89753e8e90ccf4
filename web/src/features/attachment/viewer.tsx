import { ChevronLeft, ChevronRight, Download, FileQuestion, X, ZoomIn, ZoomOut } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { Refused } from '@/api/client';
import { useWord } from '@/app/words';
import { IconButton } from '@/kit/button';
import { useFocusTrap } from '@/kit/float';
import { Empty, Failed } from '@/kit/states';
import '@/styles/attachment.css';
import { bytes, contentOf, type Kept, lookOf, pictureType, textOf } from './data';

const Pdf = lazy(() => import('./pdf'));
const STEPS = [1, 1.5, 2, 3, 4, 6];
const LONGEST = 200_000; // characters of a text

type Content = { id: string; data?: ArrayBuffer; error?: unknown };

/**
 * Files as they are, over the page. Pictures, PDF and plain text are drawn by us out of their bytes; nothing else is ever
 * shown, and nothing of a file becomes an element that could do something.
 */
export default function Viewer({ files, at, onClose }: { files: Kept[]; at: string; onClose: () => void }) {
  const t = useWord();
  const box = useRef<HTMLDivElement>(null);
  const stage = useRef<HTMLElement>(null);
  const [id, setId] = useState(at);
  const [zoom, setZoom] = useState(1);
  const [content, setContent] = useState<Content>({ id: '' });
  const [tries, setTries] = useState(0);
  const loaded = useRef(new Map<string, ArrayBuffer>());
  const i = Math.max(
    0,
    files.findIndex((f) => f.id === id),
  );
  const f = files[i] as Kept;
  const look = lookOf(f.name);
  const go = (by: number) => {
    const next = files[i + by];
    if (!next) return;
    setZoom(1);
    setId(next.id);
  };
  const closer = (by: number) => setZoom((z) => STEPS[Math.min(STEPS.length - 1, Math.max(0, STEPS.indexOf(z) + by))] ?? 1);
  useFocusTrap(box, onClose);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked for once more where it failed
  useEffect(() => {
    if (look === 'none') return;
    const known = loaded.current.get(f.id);
    if (known) return setContent({ id: f.id, data: known });
    const stop = new AbortController();
    contentOf(f.id, stop.signal).then(
      (data) => {
        loaded.current.set(f.id, data);
        setContent({ id: f.id, data });
      },
      (error) => !stop.signal.aborted && setContent({ id: f.id, error }),
    );
    return () => stop.abort();
  }, [f.id, look, tries]);
  const keys = (e: React.KeyboardEvent) => {
    if (e.key === 'ArrowLeft' && zoom === 1) go(-1);
    else if (e.key === 'ArrowRight' && zoom === 1) go(1);
    else if (e.key === '+' || e.key === '=') closer(1);
    else if (e.key === '-') closer(-1);
    else return;
    e.preventDefault();
  };
  const finger = useRef<{ x: number; y: number } | null>(null);
  const now = content.id === f.id ? content : null;
  const zooms = look === 'picture' || look === 'pdf';
  return createPortal(
    <div ref={box} className="viewer" role="dialog" aria-modal="true" aria-label={f.name} tabIndex={-1} onKeyDown={keys}>
      <div className="viewer-h">
        <div className="sp">
          <h2 className="cut" title={f.name}>
            {f.name}
          </h2>
          <small className="cut">
            {files.length > 1 && <span className="tn">{t('attachment.label.of', { n: i + 1, all: files.length })} · </span>}
            <span className="tn">{bytes(f.size)}</span>
            {f.original && (
              <>
                {' · '}
                <bdi>{f.original}</bdi>
              </>
            )}
          </small>
        </div>
        {zooms && (
          <>
            <IconButton label={t('attachment.verb.smaller')} disabled={zoom === 1} onClick={() => closer(-1)}>
              <ZoomOut size={18} />
            </IconButton>
            <span className="tn viewer-z not-phone" aria-live="polite">
              {Math.round(zoom * 100)}%
            </span>
            <IconButton label={t('attachment.verb.larger')} disabled={zoom === STEPS.at(-1)} onClick={() => closer(1)}>
              <ZoomIn size={18} />
            </IconButton>
          </>
        )}
        <a
          className="ib"
          href={`/api/v1/attachments/${f.id}/content`}
          download
          aria-label={t('attachment.verb.download', { name: f.name })}
        >
          <Download size={18} />
        </a>
        <IconButton label={t('app.verb.close')} onClick={onClose}>
          <X size={18} />
        </IconButton>
      </div>
      <section
        ref={stage}
        className={zoom === 1 ? 'viewer-b' : 'viewer-b large'}
        aria-label={t('attachment.label.content')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
        tabIndex={0}
        onTouchStart={(e) => {
          const one = e.touches.length === 1 ? e.touches[0] : undefined;
          finger.current = one ? { x: one.clientX, y: one.clientY } : null;
        }}
        onTouchEnd={(e) => {
          const from = finger.current;
          const to = e.changedTouches[0];
          finger.current = null;
          if (!from || !to || zoom !== 1) return;
          const [dx, dy] = [to.clientX - from.x, to.clientY - from.y];
          if (Math.abs(dx) > 56 && Math.abs(dx) > 2 * Math.abs(dy)) go(dx < 0 ? 1 : -1);
        }}
        onDoubleClick={() => look === 'picture' && setZoom(zoom === 1 ? 2 : 1)}
      >
        {look === 'none' ? (
          <Unshown f={f} text={t('attachment.hint.unshown')} />
        ) : now?.error ? (
          <Failed error={now.error instanceof Refused ? now.error : null} retry={() => setTries(tries + 1)} small />
        ) : !now?.data ? (
          <Waiting />
        ) : look === 'picture' ? (
          <Picture key={f.id} f={f} data={now.data} zoom={zoom} stage={stage} />
        ) : look === 'text' ? (
          <Text data={now.data} />
        ) : (
          <Suspense fallback={<Waiting />}>
            <Pdf key={f.id} data={now.data} zoom={zoom} stage={stage} broken={(text) => <Unshown f={f} text={text} />} />
          </Suspense>
        )}
      </section>
      {i > 0 && (
        <IconButton className="viewer-go prev" label={t('attachment.verb.previous')} onClick={() => go(-1)}>
          <ChevronLeft size={22} />
        </IconButton>
      )}
      {i < files.length - 1 && (
        <IconButton className="viewer-go next" label={t('attachment.verb.next')} onClick={() => go(1)}>
          <ChevronRight size={22} />
        </IconButton>
      )}
    </div>,
    document.body,
  );
}

const Waiting = () => (
  <div className="viewer-wait late-show" aria-busy="true">
    <span className="spin" />
  </div>
);

/** What we do not draw, or could not. */
function Unshown({ f, text }: { f: Kept; text: string }) {
  const t = useWord();
  return (
    <Empty small icon={FileQuestion} title={t('attachment.state.unshown')} hint={text}>
      <a className="btn primary" href={`/api/v1/attachments/${f.id}/content`} download>
        <Download size={15} />
        {t('attachment.verb.save')}
      </a>
    </Empty>
  );
}

type Stage = { stage: React.RefObject<HTMLElement | null> };

function Picture({ f, data, zoom, stage }: { f: Kept; data: ArrayBuffer; zoom: number } & Stage) {
  const t = useWord();
  const [url, setUrl] = useState('');
  const [size, setSize] = useState<{ w: number; h: number } | null>(null);
  const [broken, setBroken] = useState(false);
  useEffect(() => {
    // the type is ours, by the list of pictures: whatever the bytes are, an <img> only ever draws them
    const made = URL.createObjectURL(new Blob([data], { type: pictureType(f.name) }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [data, f.name]);
  if (broken) return <Unshown f={f} text={t('attachment.hint.broken')} />;
  const room = stage.current;
  const fit = size && room ? Math.min((room.clientWidth - 24) / size.w, (room.clientHeight - 24) / size.h, 1) : 0;
  return (
    url && (
      <img
        src={url}
        alt={f.name}
        draggable={false}
        style={size ? { width: Math.max(1, size.w * fit * zoom), height: Math.max(1, size.h * fit * zoom) } : { visibility: 'hidden' }}
        onLoad={(e) => setSize({ w: e.currentTarget.naturalWidth, h: e.currentTarget.naturalHeight })}
        onError={() => setBroken(true)}
      />
    )
  );
}

function Text({ data }: { data: ArrayBuffer }) {
  const t = useWord();
  const text = textOf(data);
  return (
    <div className="viewer-t">
      <pre dir="auto">{text.slice(0, LONGEST)}</pre>
      {text.length > LONGEST && <p className="mut">{t('attachment.hint.cut')}</p>}
    </div>
  );
}
