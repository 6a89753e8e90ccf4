import { useSyncExternalStore } from 'react';
import { asRefused, said } from '@/api/client';
import { showDock } from '@/app/ui';
import { language, word } from '@/app/words';
import { type Kept, LARGEST } from './data';

/** One file on its way. It goes on while its sheet closes and pages change; a failed one waits until somebody looks at it. */
export type Upload = {
  key: number;
  customer: string;
  record?: { kind: 'follow_up'; id: string };
  file: File;
  kind: string;
  state: 'waiting' | 'sending' | 'done' | 'failed';
  sent: number; // of 1
  error?: string;
  final?: boolean; // sending it again is of no use
  kept: (file: Kept) => void;
};
export type Sending = Pick<Upload, 'customer' | 'record' | 'file' | 'kind' | 'kept'>;

let uploads: Upload[] = [];
let last = 0;
let line: XMLHttpRequest | null = null;
let seen: string | null = null; // whose files the page shows itself
const listeners = new Set<() => void>();
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
function set(next: Upload[]) {
  uploads = next;
  for (const listener of listeners) listener();
}
const change = (key: number, x: Partial<Upload>) => set(uploads.map((u) => (u.key === key ? { ...u, ...x } : u)));
const drop = (key: number) => set(uploads.filter((u) => u.key !== key));

export const useUploads = () => useSyncExternalStore(subscribe, () => uploads);
/** The customer whose page lists its uploads itself: nothing is said twice. */
export function lookAt(customer: string | null) {
  seen = customer;
  set([...uploads]);
}
export const lookedAt = () => seen;

/** Why a file is not even sent. */
export function tooMuch(file: File): string | null {
  if (file.size > LARGEST) return word('attachment.error.large', { mb: LARGEST / 1024 / 1024 });
  return file.size ? null : word('attachment.error.empty');
}

export function enqueue(files: Sending[]) {
  set([
    ...uploads,
    ...files.map((f): Upload => {
      const error = tooMuch(f.file);
      return { ...f, key: ++last, state: error ? 'failed' : 'waiting', sent: 0, error: error ?? undefined, final: !!error };
    }),
  ]);
  if (files.length) showDock();
  next();
}
export function cancel(key: number) {
  const u = uploads.find((x) => x.key === key);
  drop(key);
  if (u?.state === 'sending') line?.abort();
}
export function retry(key: number) {
  change(key, { state: 'waiting', sent: 0, error: undefined });
  next();
}
export const dismiss = drop;

const leaving = (e: BeforeUnloadEvent) => e.preventDefault();

// one after the other: the numbers in the names follow the order in which they were chosen
function next() {
  const u = line ? undefined : uploads.find((x) => x.state === 'waiting');
  if (!u) {
    if (!line) removeEventListener('beforeunload', leaving);
    return;
  }
  addEventListener('beforeunload', leaving);
  const form = new FormData();
  form.set('kind', u.kind);
  if (u.record) {
    form.set('record_kind', u.record.kind);
    form.set('record_id', u.record.id);
  }
  form.set('file', u.file);
  const x = new XMLHttpRequest();
  line = x;
  const over = (change: () => void) => {
    line = null;
    change();
    next();
  };
  const failed = (error: string, final = false) => over(() => change(u.key, { state: 'failed', error, final }));
  x.upload.onprogress = (e) => e.lengthComputable && change(u.key, { sent: e.loaded / e.total });
  x.onabort = () => over(() => drop(u.key));
  x.onerror = () => failed(word('error.offline.detail'));
  x.onload = () => {
    let data: unknown = null;
    try {
      data = JSON.parse(x.responseText);
    } catch {
      // a proxy's page: its number says it
    }
    if (x.status === 201 && data)
      return over(() => {
        drop(u.key);
        u.kept(data as Kept);
      });
    const e = asRefused(data, x.status);
    failed(said(e), [413, 415, 404, 403].includes(x.status));
  };
  x.open('POST', `/api/v1/customers/${u.customer}/attachments`);
  x.setRequestHeader('Accept-Language', language());
  x.setRequestHeader('Accept', 'application/json');
  change(u.key, { state: 'sending' });
  x.send(form);
}
