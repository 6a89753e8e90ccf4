/** Rows copied from a spreadsheet: at least two rows of two cells, parted by tabs. */
export function tableOf(text: string): string | null {
  const lines = text.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n');
  const wide = lines.filter((l) => l.includes('\t')).length;
  return lines.length >= 2 && wide >= 2 && wide * 2 >= lines.length ? lines.join('\n') : null;
}

/** Such rows as a file, so that they come in by the one road. */
export const fileOf = (table: string, name: string) => new File([table], name, { type: 'text/tab-separated-values' });

let waiting: File | null = null;
/** Rows pasted on another page wait here until the page of imports asks for them. */
export const keepPasted = (file: File) => {
  waiting = file;
};
export const takePasted = () => {
  const file = waiting;
  waiting = null;
  return file;
};
