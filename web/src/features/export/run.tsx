import { get, post, Refused } from '@/api/client';
import type { Export, NewExport } from '@/api/types';
import { word } from '@/app/words';
import { ask } from '@/kit/dialog';
import { tell, tellError, tellWhile } from '@/kit/toast';
import { type Choice, Chooser } from './chooser';
import { download } from './download';

/** A list as it stands on the screen: its columns in their order, its search, filter and sort. */
export type Listed = Omit<NewExport, 'format'> & {
  /** How many rows, where somebody counted. */
  count?: string;
};
let standing: Listed | null = null;
/** The list on the screen that may be given out, so that the palette gives out the same. */
export const listOnScreen = () => standing;
export const putOnScreen = (list: Listed | null) => {
  standing = list;
};
/** The first looks come quickly, for most lists are short. */
const pause = (times: number) => new Promise((done) => setTimeout(done, Math.min(2000, 150 + times * 150)));

async function finished(id: string): Promise<Export> {
  for (let times = 0, lost = 0; ; times++) {
    await pause(times);
    try {
      const now = await get<Export>(`/exports/${id}`);
      lost = 0;
      if (now.state !== 'running') return now;
    } catch (e) {
      // the network may be gone for a moment: the sheet is written meanwhile
      if (!(e instanceof Refused && e.status === 0) || ++lost > 10) throw e;
    }
  }
}

/** Asks in which format and with which columns, waits for the sheet wherever the viewer goes meanwhile, and saves it. */
export async function giveOut({ count, target, columns, q, filter, sort, params }: Listed): Promise<void> {
  const choice = await ask<Choice>({
    title: count ? word('export.ask.counted', { count }) : word('export.ask.list'),
    ok: word('export.verb.export'),
    value: { format: 'xlsx' },
    form: (value, set) => <Chooser target={target} columns={columns} value={value ?? { format: 'xlsx' }} onChange={set} />,
  });
  if (!choice) return;
  const end = tellWhile(word('export.state.running'));
  try {
    const made = await post<Export>('/exports', {
      target,
      format: choice.format,
      columns: choice.columns ?? columns,
      q,
      filter,
      sort,
      params,
    });
    const done = await finished(made.id);
    if (done.state === 'failed') throw done.failure?.message ?? word('export.error.failed');
    await download(`/exports/${done.id}/file`);
    tell(word('export.state.done', { count: done.rows }));
  } catch (e) {
    tellError(e);
  } finally {
    end();
  }
}
