/** The first characters of the sounds by which a browser sorts Chinese, each with its letter. */
const HEADS = '阿八嚓哒妸发旮哈讥咔垃妈拏噢妑七呥仨它穵夕丫帀';
const LETTERS = 'abcdefghjklmnopqrstwxyz';
/** Read in two ways often enough that people type either. */
const TWICE: Record<string, string> = {
  单: 'ds',
  行: 'xh',
  重: 'zc',
  长: 'cz',
  调: 'dt',
  会: 'hk',
  系: 'xj',
  都: 'dd',
  还: 'hh',
  藏: 'cz',
  校: 'xj',
  朝: 'cz',
  乐: 'ly',
  盛: 'sc',
  厦: 'sx',
  解: 'jx',
  曾: 'cz',
  种: 'zc',
  传: 'cz',
  弹: 'td',
  提: 'td',
  参: 'cs',
};

let collator: Intl.Collator | null = null;
function letterOf(char: string): string {
  collator ??= new Intl.Collator('zh-CN-u-co-pinyin');
  let at = -1;
  for (const head of HEADS) {
    if (collator.compare(head, char) > 0) break;
    at++;
  }
  return LETTERS[at] ?? '';
}
const known = new Map<string, string>();

/** The letters by which a character may be typed: the initials of how it is read, or itself. */
export function lettersOf(char: string): string {
  let letters = known.get(char);
  if (letters === undefined) {
    letters = TWICE[char] ?? (/\p{Script=Han}/u.test(char) ? letterOf(char) : char.toLowerCase());
    known.set(char, letters);
  }
  return letters;
}

/** Whether a text holds what was typed, as it stands or by the initials of its characters: xjdb finds 新建待办. */
export function holds(text: string, typed: string): boolean {
  const q = typed.trim().toLowerCase();
  if (!q || text.toLowerCase().includes(q)) return true;
  if (!/^[a-z0-9]+$/.test(q)) return false;
  const chars = [...text].filter((c) => /[\p{L}\p{N}]/u.test(c)).map(lettersOf);
  for (let from = 0; from + q.length <= chars.length; from++) if ([...q].every((c, i) => chars[from + i]?.includes(c))) return true;
  return false;
}
