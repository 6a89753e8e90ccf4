import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Camera, Download, Ellipsis, FilePlus2, FolderOpen, Paperclip, Shapes, Trash2, Upload as Up } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { patch, remove } from '@/api/client';
import { useMay } from '@/api/shared';
import type { CustomerRecord } from '@/api/types';
import { dayAndTime, full, relative } from '@/app/dates';
import { openIt, usePhone } from '@/app/ui';
import { type Key, useWord } from '@/app/words';
import { Button, IconButton } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { confirm } from '@/kit/dialog';
import { openMenu } from '@/kit/menu';
import { Empty, Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';
import '@/styles/attachment.css';
import { ACCEPT, again, bytes, filesQuery, type Kept } from './data';
import { Line } from './dock';
import { Mark } from './marks';
import { lookAt, useUploads } from './queue';
import { type Kinds, kindMenu, Staged, type StagedFiles, useKinds, useStaged } from './staged';

/** What else of a customer's records files hang on. */
const HOLDERS: Record<string, Key> = {
  contact: 'attachment.on.contact',
  follow_up: 'attachment.on.follow_up',
  order: 'attachment.on.order',
  need: 'attachment.on.need',
  feedback: 'attachment.on.feedback',
  trial: 'attachment.on.trial',
  win_back: 'attachment.on.win_back',
};
const holdsFiles = (data: DataTransfer | null) => !!data?.types.includes('Files');

/** The tab of a customer's page with his papers. */
export default function CustomerFiles({ customer }: { customer: CustomerRecord }) {
  const t = useWord();
  const may = useMay();
  const { data, error, refetch } = useQuery(filesQuery(customer.id));
  const kinds = useKinds();
  const staged = useStaged(customer.id);
  const uploads = useUploads().filter((u) => u.customer === customer.id && !u.record);
  const [kind, setKind] = useState('');
  const [over, setOver] = useState(false);
  const adds = may('followup.write') && customer.may.add && !customer.deleted_at;
  const changes = may('customer.write') && customer.may.change && !customer.deleted_at;
  useEffect(() => {
    lookAt(customer.id);
    return () => lookAt(null);
  }, [customer.id]);
  const take = useRef(staged.take);
  take.current = staged.take;
  useEffect(() => {
    if (!adds) return;
    // a picture of the screen, or files copied in a folder
    const onPaste = (e: ClipboardEvent) => {
      if (!e.clipboardData?.files.length || (e.target as HTMLElement).closest('input,textarea,[role=dialog]')) return;
      e.preventDefault();
      take.current(e.clipboardData.files);
    };
    addEventListener('paste', onPaste);
    return () => removeEventListener('paste', onPaste);
  }, [adds]);
  if (error && !data) return <Failed error={error} retry={() => void refetch()} small />;
  if (!data) return <Lines />;
  const present = kinds.all.filter((k) => data.some((f) => f.kind === k.code));
  const others = data.filter((f) => !kinds.all.some((k) => k.code === f.kind));
  const at = kind && data.some((f) => f.kind === kind) ? kind : '';
  const shown = at ? data.filter((f) => f.kind === at) : data;
  const idle = !staged.rows.length && !uploads.length;
  return (
    <section
      className={over ? 'files over' : 'files'}
      aria-label={t('attachment.tab')}
      onDragEnter={(e) => adds && holdsFiles(e.dataTransfer) && setOver(true)}
      onDragOver={(e) => {
        if (adds && holdsFiles(e.dataTransfer)) e.preventDefault();
      }}
      onDragLeave={(e) => !e.currentTarget.contains(e.relatedTarget as Node | null) && setOver(false)}
      onDrop={(e) => {
        setOver(false);
        if (!adds || !holdsFiles(e.dataTransfer)) return;
        e.preventDefault();
        staged.take(e.dataTransfer.files);
      }}
    >
      {(data.length > 0 || !idle) && (adds || present.length + (others.length ? 1 : 0) > 1) && (
        <div className="files-h">
          {present.length + (others.length ? 1 : 0) > 1 && (
            <fieldset className="outcomes" aria-label={t('attachment.label.filter')}>
              {[{ code: '', label: t('attachment.label.all'), n: data.length }]
                .concat(present.map((k) => ({ code: k.code, label: k.label, n: data.filter((f) => f.kind === k.code).length })))
                .map((k) => (
                  <button
                    key={k.code}
                    type="button"
                    aria-pressed={k.code === at}
                    className={k.code === at ? 'pill on' : 'pill'}
                    onClick={() => setKind(k.code)}
                  >
                    {k.label} <span className="tn">{k.n}</span>
                  </button>
                ))}
            </fieldset>
          )}
          {present.length + (others.length ? 1 : 0) < 2 && <span className="sp" />}
          {adds && <Choose staged={staged} kind={at || undefined} />}
        </div>
      )}
      {staged.rows.length > 0 && (
        <div className="files-new">
          <Staged files={staged} customer={customer} />
          <footer role="none">
            <small className="not-phone">{t('attachment.hint.name')}</small>
            <Button size="sm" look="ghost" onClick={staged.clear}>
              {t('app.verb.cancel')}
            </Button>
            <Button size="sm" look="primary" icon={<Up size={14} />} disabled={!staged.good} onClick={() => staged.send()}>
              {t('attachment.verb.send', { count: staged.good })}
            </Button>
          </footer>
        </div>
      )}
      {uploads.length > 0 && (
        <ul className="staged files-new" aria-label={t('attachment.label.uploads')}>
          {uploads.map((u) => (
            <Line key={u.key} u={u} />
          ))}
        </ul>
      )}
      {data.length > 0 ? (
        <ul className="filelist">
          {shown.map((f) => (
            <Row key={f.id} f={f} all={shown} kinds={kinds} changes={changes} />
          ))}
        </ul>
      ) : (
        idle && (
          <Empty
            small
            icon={Paperclip}
            title={t('attachment.empty.title')}
            hint={t(adds ? 'attachment.empty.hint' : 'attachment.empty.none')}
          >
            {adds && <Choose staged={staged} first />}
          </Empty>
        )
      )}
      {adds && data.length > 0 && <p className="mut not-phone files-tip">{t('attachment.hint.drop')}</p>}
      {over && (
        <div className="files-drop" aria-hidden="true">
          <FilePlus2 size={26} strokeWidth={1.5} />
          {t('attachment.hint.release')}
        </div>
      )}
    </section>
  );
}

/** From a folder, or, on a phone, from its camera. */
function Choose({ staged, kind, first }: { staged: StagedFiles; kind?: string; first?: boolean }) {
  const t = useWord();
  const phone = usePhone();
  const picker = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const took = (e: React.ChangeEvent<HTMLInputElement>) => {
    staged.take([...(e.target.files ?? [])], kind);
    e.target.value = '';
  };
  return (
    <>
      {phone && (
        <>
          <Button size={first ? undefined : 'sm'} icon={<Camera size={15} />} onClick={() => camera.current?.click()}>
            {t('attachment.verb.photo')}
          </Button>
          <input
            ref={camera}
            type="file"
            hidden
            accept="image/*"
            capture="environment"
            aria-label={t('attachment.verb.photo')}
            onChange={took}
          />
        </>
      )}
      <Button
        size={first ? undefined : 'sm'}
        look={first ? 'primary' : 'plain'}
        icon={<FolderOpen size={15} />}
        onClick={() => picker.current?.click()}
      >
        {t('attachment.verb.choose')}
      </Button>
      <input ref={picker} type="file" hidden multiple accept={ACCEPT} aria-label={t('attachment.verb.choose')} onChange={took} />
    </>
  );
}

function Row({ f, all, kinds, changes }: { f: Kept; all: Kept[]; kinds: Kinds; changes: boolean }) {
  const t = useWord();
  const holder = HOLDERS[f.record_kind];
  const client = useQueryClient();
  const act = async (what: () => Promise<unknown>, done?: string) => {
    try {
      await what();
      if (done) tell(done);
    } catch (e) {
      tellError(e);
    }
    await again(client, f.customer_id);
  };
  const correct = (kind: string) => {
    if (kind === f.kind) return;
    const was = f.kind;
    void act(async () => {
      const now = await patch<Kept>(`/attachments/${f.id}`, { kind }, f.version);
      tell(
        t('attachment.state.corrected', { kind: kinds.label(kind) }),
        t('app.verb.undo'),
        () =>
          void act(
            () => patch(`/attachments/${f.id}`, { kind: was }, now.version),
            t('attachment.state.corrected', { kind: kinds.label(was) }),
          ),
      );
    });
  };
  const take = async () => {
    if (!(await confirm(t('attachment.remove.title'), t('attachment.remove.text', { name: f.name }), t('attachment.remove.ok')))) return;
    await act(() => remove(`/attachments/${f.id}`, f.version), t('attachment.state.removed'));
  };
  const more = (anchor: HTMLElement) =>
    openMenu({
      anchor,
      align: 'end',
      items: [
        { key: 'kind', label: t('attachment.verb.kind'), icon: <Shapes size={15} />, run: () => kindMenu(anchor, kinds, f.kind, correct) },
        { key: 'remove', label: t('attachment.verb.remove'), icon: <Trash2 size={15} />, danger: true, run: () => void take() },
      ],
    });
  return (
    <li>
      <Mark name={f.name} locked={!f.opens} />
      <div className="sp">
        {f.opens ? (
          <button type="button" className="fopen" onClick={() => openIt({ what: 'files', files: all.filter((x) => x.opens), at: f.id })}>
            {f.name}
          </button>
        ) : (
          <span className="fopen locked">{f.name}</span>
        )}
        <p className="fmeta">
          <Chip>{kinds.label(f.kind)}</Chip>
          {holder && <Chip tone="blue">{t(holder)}</Chip>}
          <span className="tn">{bytes(f.size)}</span>
          <span>{[f.creator_name, relative(f.created_at)].filter(Boolean).join(' · ')}</span>
          {f.opens
            ? f.original && (
                <span className="cut not-phone" title={t('attachment.label.was', { name: f.original })}>
                  <bdi>{f.original}</bdi>
                </span>
              )
            : t('attachment.hint.locked')}
        </p>
      </div>
      <time className="tn mut not-phone" dateTime={f.created_at ?? undefined} title={full(f.created_at)}>
        {f.created_at && dayAndTime(f.created_at)}
      </time>
      {f.opens && (
        <a
          className="ib not-phone"
          href={`/api/v1/attachments/${f.id}/content`}
          download
          aria-label={t('attachment.verb.download', { name: f.name })}
        >
          <Download size={16} />
        </a>
      )}
      {changes && (
        <IconButton label={t('attachment.verb.more', { name: f.name })} aria-haspopup="menu" onClick={(e) => more(e.currentTarget)}>
          <Ellipsis size={16} />
        </IconButton>
      )}
    </li>
  );
}
