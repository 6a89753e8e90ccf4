import * as pdfjs from 'pdfjs-dist/legacy/build/pdf.mjs';
import worker from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?worker&url';
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { useWord } from '@/app/words';

pdfjs.GlobalWorkerOptions.workerSrc = worker;
// what vite.config.ts lays beside our own files
const PARTS = `/assets/pdfjs-${pdfjs.version}`;
const MOST = 500; // pages
const DOTS = 9_000_000; // of one page: a phone's browser gives no larger canvas for long

type Paper = pdfjs.PDFDocumentProxy;

/** A PDF drawn page by page: no scripts, no forms, no links, no evaluation, its fonts and tables from our own origin. */
export default function Pdf({
  data,
  zoom,
  stage,
  broken,
}: {
  data: ArrayBuffer;
  zoom: number;
  stage: RefObject<HTMLElement | null>;
  broken: (text: string) => ReactNode;
}) {
  const t = useWord();
  const [paper, setPaper] = useState<Paper | null>(null);
  const [first, setFirst] = useState({ w: 595, h: 842 });
  const [error, setError] = useState<string | null>(null);
  const [page, setPage] = useState(1);
  useEffect(() => {
    const loading = pdfjs.getDocument({
      data: data.slice(0), // the worker keeps what it is given
      isEvalSupported: false,
      useWasm: false,
      enableXfa: false,
      disableAutoFetch: true,
      stopAtErrors: false,
      maxImageSize: 64_000_000,
      cMapUrl: `${PARTS}/cmaps/`,
      cMapPacked: true,
      wasmUrl: `${PARTS}/wasm/`,
      verbosity: 0,
    });
    let live = true;
    loading.promise
      .then(async (p) => {
        const view = (await p.getPage(1)).getViewport({ scale: 1 });
        if (!live) return;
        setFirst({ w: view.width, h: view.height });
        setPaper(p);
      })
      .catch((e: Error) => live && setError(e.name));
    return () => {
      live = false;
      void loading.destroy();
    };
  }, [data]);
  useEffect(() => {
    const room = stage.current;
    if (!paper || !room) return;
    const look = () => {
      const middle = room.getBoundingClientRect().top + room.clientHeight / 2;
      const pages = [...room.querySelectorAll<HTMLElement>('.pdf-page')];
      const at = pages.findIndex((p) => p.getBoundingClientRect().bottom > middle);
      setPage(at < 0 ? pages.length : at + 1);
    };
    look();
    room.addEventListener('scroll', look, { passive: true });
    return () => room.removeEventListener('scroll', look);
  }, [paper, stage]);
  if (error) return broken(t(error === 'PasswordException' ? 'attachment.hint.password' : 'attachment.hint.broken'));
  if (!paper)
    return (
      <div className="viewer-wait late-show" aria-busy="true">
        <span className="spin" />
      </div>
    );
  const room = (stage.current?.clientWidth ?? 800) - 24;
  const scale = Math.min(room / first.w, 1.35) * zoom;
  const shown = Math.min(paper.numPages, MOST);
  return (
    <>
      <div className="pdf">
        {Array.from({ length: shown }, (_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a page is its number
          <Page key={i} paper={paper} n={i + 1} scale={scale} guess={first} />
        ))}
        {paper.numPages > MOST && <p className="mut">{t('attachment.hint.cut')}</p>}
      </div>
      <span className="pdf-n tn" role="status">
        {t('attachment.label.page', { n: page, all: paper.numPages })}
      </span>
    </>
  );
}

/** One page: drawn when it comes near, given back when it is far. */
function Page({ paper, n, scale, guess }: { paper: Paper; n: number; scale: number; guess: { w: number; h: number } }) {
  const t = useWord();
  const box = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(n === 1);
  const [size, setSize] = useState(guess);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (!box.current) return;
    const watch = new IntersectionObserver(([e]) => setNear(!!e?.isIntersecting), { rootMargin: '900px 0px' });
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    const frame = box.current;
    if (!near || !frame) return;
    let task: pdfjs.RenderTask | null = null;
    let live = true;
    const canvas = document.createElement('canvas');
    paper
      .getPage(n)
      .then((page) => {
        if (!live) return;
        const plain = page.getViewport({ scale: 1 });
        setSize((old) => (old.w === plain.width && old.h === plain.height ? old : { w: plain.width, h: plain.height }));
        const dots = Math.min(scale * Math.min(devicePixelRatio || 1, 3), Math.sqrt(DOTS / Math.max(1, plain.width * plain.height)));
        const view = page.getViewport({ scale: dots });
        canvas.width = Math.max(1, Math.floor(view.width));
        canvas.height = Math.max(1, Math.floor(view.height));
        canvas.setAttribute('role', 'img');
        canvas.setAttribute('aria-label', t('attachment.label.page_n', { n }));
        task = page.render({ canvas, viewport: view });
        return task.promise.then(() => {
          // what was drawn before stays until this is there
          if (live) frame.replaceChildren(canvas);
        });
      })
      .catch((e: Error) => live && e.name !== 'RenderingCancelledException' && setFailed(true));
    return () => {
      live = false;
      task?.cancel();
    };
  }, [near, paper, n, scale, t]);
  useEffect(() => {
    if (!near) box.current?.replaceChildren();
  }, [near]);
  return (
    <div className="pdf-page" style={{ width: size.w * scale, height: size.h * scale }}>
      <div ref={box} />
      {failed && <p className="bad-tx">{t('attachment.hint.page_broken', { n })}</p>}
    </div>
  );
}
