import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { asRefused, get, offline } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { partOfPage } from '@/api/shared';
import type { List } from '@/api/types';
import { dayOf } from '@/app/dates';
import { language } from '@/app/words';

export type Kept = components['schemas']['AttachmentAttachment'];

/** As the server counts it; it judges again. */
export const LARGEST = 20 * 1024 * 1024;
export const TAKEN = 'pdf jpg jpeg png gif webp bmp docx xlsx pptx ofd zip doc xls ppt wps et txt csv mp3 wav mp4 rar'.split(' ');
export const ACCEPT = TAKEN.map((x) => `.${x}`).join(',');

/** All files of a customer, the newest first: at most 500, so at most three pages. */
export const filesQuery = (customer: string) =>
  queryOptions({
    queryKey: ['attachments', customer, language()],
    ...partOfPage,
    queryFn: async ({ signal }) => {
      const all: Kept[] = [];
      let cursor: string | null = null;
      do {
        const page: List<Kept> = await get<List<Kept>>(`/customers/${customer}/attachments`, { limit: 200, cursor }, signal);
        all.push(...page.items);
        cursor = page.next;
      } while (cursor);
      return all;
    },
  });
export const again = (client: QueryClient, customer: string) => client.invalidateQueries({ queryKey: ['attachments', customer] });

/** What hangs on one of the customer's records, by the record's id. */
export function byRecord(files: Kept[] | undefined, kind: string): Map<string, Kept[]> {
  const found = new Map<string, Kept[]>();
  for (const f of files ?? []) {
    if (f.record_kind !== kind) continue;
    const others = found.get(f.record_id);
    if (others) others.push(f);
    else found.set(f.record_id, [f]);
  }
  return found;
}

export const extensionOf = (name: string): string => {
  const at = name.lastIndexOf('.');
  return at > 0 ? name.slice(at + 1).toLowerCase() : '';
};

export type Look = 'picture' | 'pdf' | 'text' | 'none';
const PICTURES: Record<string, string> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  bmp: 'image/bmp',
};
/** How a file is shown; everything that is not named here is only ever saved. */
export function lookOf(name: string): Look {
  const x = extensionOf(name);
  return Object.hasOwn(PICTURES, x) ? 'picture' : x === 'pdf' ? 'pdf' : x === 'txt' || x === 'csv' ? 'text' : 'none';
}
export const pictureType = (name: string): string => PICTURES[extensionOf(name)] ?? 'image/png';

/** The content, to be drawn by us: no element of the page ever loads it from its address. */
export async function contentOf(id: string, signal?: AbortSignal): Promise<ArrayBuffer> {
  let answer: Response;
  try {
    answer = await fetch(`/api/v1/attachments/${id}/content`, {
      credentials: 'same-origin',
      headers: { 'Accept-Language': language() },
      signal,
    });
    if (answer.ok) return await answer.arrayBuffer();
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw offline();
  }
  throw asRefused(await answer.json().catch(() => null), answer.status);
}

/** Text as Chinese offices write it: UTF-8, UTF-16 by its mark, else GB 18030. */
export function textOf(content: ArrayBuffer): string {
  const b = new Uint8Array(content);
  if (b[0] === 0xff && b[1] === 0xfe) return new TextDecoder('utf-16le').decode(content);
  if (b[0] === 0xfe && b[1] === 0xff) return new TextDecoder('utf-16be').decode(content);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return new TextDecoder('gb18030').decode(content);
  }
}

/** 812 B, 24 KB, 3.2 MB */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  if (n < 1_000_000) return `${Math.round(n / 1024)} KB`;
  return `${(n / 1024 / 1024).toFixed(1)} MB`;
}

// what a name must not hold, as the server has it
const clean = (name: string) => name.replace(/[\p{Cc}\p{Cf}<>:"/\\|?*\uFFFD]/gu, '');

/**
 * 客户-类型-日期.ext, with -2, -3 where the day has more of them: the rule of the server, to be shown before it is sent. The server
 * decides, and a name that somebody took meanwhile is another one.
 */
export function foretell(customer: string, label: string, file: string, kind: string, kept: Kept[], before: number): string {
  const extension = extensionOf(file);
  const now = dayOf(Date.now());
  let last = 0;
  for (const f of kept) {
    if (f.kind !== kind || extensionOf(f.name) !== extension || !f.created_at || dayOf(f.created_at) !== now) continue;
    last = Math.max(last, Number(/-\d{8}-(\d+)\.[^.]+$/.exec(f.name)?.[1] ?? 1));
  }
  const number = last + before + 1;
  return clean(`${customer}-${label}-${now.replaceAll('-', '')}${number > 1 ? `-${number}` : ''}${extension && `.${extension}`}`);
}
