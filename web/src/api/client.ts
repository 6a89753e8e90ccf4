import { reached } from '@/app/server/standing';
import { type Key, language, word, wordOr } from '@/app/words';
import { remember } from './seen';
import type { Problem } from './types';

/** A refusal in the server's words. `field()` says what is wrong with one field of a form. */
export class Refused extends Error {
  constructor(
    readonly problem: Problem,
    readonly retryAfter: number | null = null,
  ) {
    super(problem.detail || problem.title);
  }
  get status() {
    return this.problem.status;
  }
  get code() {
    return this.problem.code;
  }
  first() {
    return this.problem.errors?.[0];
  }
  param(name: string): string {
    const value = this.first()?.params?.[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>;
type Send = { method?: string; query?: Query; body?: unknown; version?: number; signal?: AbortSignal };

let back: () => Promise<boolean> = async () => false;
/** What to do when the session ends under the user's hands: true once the same person is in again, and what was asked is asked anew. */
export const onSignedOut = (act: () => Promise<boolean>) => {
  back = act;
};

/** What to do with a change of a record that another changed meanwhile: the body and version to send now, the record if nothing is left to send, null to leave it. */
export type Settled = { body: object; version: number } | { record: unknown } | null;
let settle: (path: string, body: object, version: number) => Promise<Settled> = async () => null;
export const onStale = (act: typeof settle) => {
  settle = act;
};

let proven: () => Promise<boolean> = async () => false;
let mustEnrol: () => void = () => {};
/** What to do when an act asks whether it is still the person himself, and when the company asks for a second factor. */
export const onGuarded = (prove: () => Promise<boolean>, enrol: () => void) => {
  proven = prove;
  mustEnrol = enrol;
};

/** Asks the API; an act that wants its person confirmed first is done again once he was. */
export const call = <T>(path: string, send: Send = {}): Promise<T> => surely(() => again<T>(path, send));

async function again<T>(path: string, send: Send): Promise<T> {
  try {
    return await once<T>(path, send);
  } catch (e) {
    const ended = e instanceof Refused && e.status === 401 && !path.startsWith('/session') && !path.startsWith('/setup');
    if (!ended || !(await back())) throw e;
    return once<T>(path, send);
  }
}

/** Does what may want its person confirmed first, and does it again once he was. */
export async function surely<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (e) {
    if (!(e instanceof Refused) || e.code !== 'confirm_needed' || !(await proven())) throw e;
    return act();
  }
}

async function once<T>(path: string, { method = 'GET', query, body, version, signal }: Send = {}): Promise<T> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value));
  const headers: Record<string, string> = { 'Accept-Language': language(), Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (version !== undefined) headers['If-Match'] = `"${version}"`;
  let answer: Response;
  try {
    answer = await fetch(`/api/v1${path}${search.size ? `?${search}` : ''}`, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'same-origin',
      signal,
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    reached(false);
    throw offline();
  }
  reached(true);
  if (answer.status === 204) return undefined as T;
  const data = await answer.json().catch(() => null);
  if (answer.ok && data !== null) {
    // an empty list may come as null
    if (typeof data === 'object' && 'items' in data && data.items === null) data.items = [];
    remember(data);
    return data as T;
  }
  if (answer.status === 202) return true as T; // without a word: it waits for somebody
  const problem = asProblem(data, answer.status);
  if (problem.code === 'must_enrol') mustEnrol();
  throw new Refused(problem, Number(answer.headers.get('Retry-After')) || null);
}

function asProblem(data: unknown, status: number): Problem {
  const sent = (data ?? {}) as Partial<Problem>;
  const code = sent.code ?? (status === 404 ? 'not_found' : status === 403 ? 'forbidden' : status === 401 ? 'unauthenticated' : 'internal');
  return {
    type: sent.type ?? code,
    code,
    status,
    title: sent.title ?? wordOr(`error.${code}.title`, word('error.internal.title')),
    detail: sent.detail ?? wordOr(`error.${code}.detail`, word('error.internal.detail' as Key)),
    id: sent.id,
    errors: sent.errors,
  };
}

/** A refusal out of an answer that was not asked for by `call`, such as a file's. */
/** Nobody answered. */
export const offline = (): Refused =>
  new Refused({ type: 'offline', code: 'offline', status: 0, title: word('error.offline.title'), detail: word('error.offline.detail') });
export const asRefused = (data: unknown, status: number): Refused => new Refused(asProblem(data, status));

export const get = <T>(path: string, query?: Query, signal?: AbortSignal) => call<T>(path, { query, signal });
export const post = <T>(path: string, body: unknown = {}, version?: number, signal?: AbortSignal) =>
  call<T>(path, { method: 'POST', body, version, signal });
/** Changes a record. Where another was faster, what both changed is asked about, and what only one changed is kept. */
export async function patch<T>(path: string, body: object, version: number, tries = 3): Promise<T> {
  try {
    return await call<T>(path, { method: 'PATCH', body, version });
  } catch (e) {
    if (!(e instanceof Refused) || e.code !== 'version_stale' || tries === 0) throw e;
    const now = await settle(path, body, version);
    if (!now) throw e;
    return 'record' in now ? (now.record as T) : patch<T>(path, now.body, now.version, tries - 1);
  }
}
export const remove = <T = void>(path: string, version?: number) => call<T>(path, { method: 'DELETE', version });

/** One sentence for a person, whatever was thrown. */
export function said(error: unknown): string {
  if (error instanceof Refused) return error.first()?.message || error.message;
  return word('error.internal.detail');
}
