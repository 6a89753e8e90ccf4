import { describe, expect, it } from 'vitest';
import { byRecord, bytes, extensionOf, foretell, type Kept, lookOf, pictureType, textOf } from './data';

const kept = (name: string, more: Partial<Kept> = {}): Kept => ({
  id: name,
  customer_id: 'c',
  record_kind: 'customer',
  record_id: 'c',
  kind: 'contract',
  name,
  original: null,
  media: '',
  size: 1,
  creator_id: null,
  creator_name: null,
  created_at: new Date().toISOString(),
  opens: true,
  version: 1,
  ...more,
});
const day = new Date().toLocaleDateString('en-CA', { timeZone: 'Asia/Shanghai' }).replaceAll('-', '');

describe('the name a file will get', () => {
  it.each([
    ['the first of its day', [], 0, `云栈科技-合同-${day}.pdf`],
    ['the second', [kept(`云栈科技-合同-${day}.pdf`)], 0, `云栈科技-合同-${day}-2.pdf`],
    ['after a gap', [kept(`云栈科技-合同-${day}-7.pdf`)], 0, `云栈科技-合同-${day}-8.pdf`],
    ['behind others that are chosen with it', [kept(`云栈科技-合同-${day}.pdf`)], 2, `云栈科技-合同-${day}-4.pdf`],
    ['beside another kind', [kept(`云栈科技-报价单-${day}.pdf`, { kind: 'quote' })], 0, `云栈科技-合同-${day}.pdf`],
    ['beside another extension', [kept(`云栈科技-合同-${day}.docx`)], 0, `云栈科技-合同-${day}.pdf`],
    ['beside an older one', [kept('云栈科技-合同-20200101-3.pdf', { created_at: '2020-01-01T08:00:00Z' })], 0, `云栈科技-合同-${day}.pdf`],
  ] as const)('%s', (_, all, before, want) => {
    expect(foretell('云栈科技', '合同', '扫描.PDF', 'contract', [...all], before)).toBe(want);
  });
  it('holds nothing that is a folder, a command or invisible', () => {
    expect(foretell('a/b\\c:*?"<>|\u202e客户', '合同', 'x.pdf', 'contract', [], 0)).toBe(`abc客户-合同-${day}.pdf`);
  });
});

it('draws pictures, PDF and plain text, and nothing else', () => {
  const looks = Object.fromEntries(
    ['a.jpg', 'a.PNG', 'a.webp', 'a.pdf', 'a.txt', 'a.csv', 'a.svg', 'a.html', 'a.xml', 'a.docx', 'a.pdf.html', '.pdf', 'a', ''].map(
      (n) => [n, lookOf(n)],
    ),
  );
  expect(looks).toEqual({
    'a.jpg': 'picture',
    'a.PNG': 'picture',
    'a.webp': 'picture',
    'a.pdf': 'pdf',
    'a.txt': 'text',
    'a.csv': 'text',
    'a.svg': 'none',
    'a.html': 'none',
    'a.xml': 'none',
    'a.docx': 'none',
    'a.pdf.html': 'none',
    '.pdf': 'none',
    a: 'none',
    '': 'none',
  });
  expect(lookOf('constructor')).toBe('none');
  expect(lookOf('a.constructor')).toBe('none');
  expect(pictureType('a.svg')).toBe('image/png');
  expect(extensionOf('合同.终稿.PDF')).toBe('pdf');
});

it('reads text as Chinese offices write it', () => {
  expect(textOf(new TextEncoder().encode('交期四周').buffer as ArrayBuffer)).toBe('交期四周');
  expect(textOf(new Uint8Array([0xff, 0xfe, 0xa4, 0x4e]).buffer)).toBe('交');
  expect(textOf(new Uint8Array([0xbd, 0xbb, 0xc6, 0xda]).buffer)).toBe('交期');
});

it('says sizes shortly, and groups by the record', () => {
  expect([812, 24_000, 3_400_000].map(bytes)).toEqual(['812 B', '23 KB', '3.2 MB']);
  const all = [
    kept('a', { record_kind: 'follow_up', record_id: 'f1' }),
    kept('b'),
    kept('c', { record_kind: 'follow_up', record_id: 'f1' }),
  ];
  expect([...byRecord(all, 'follow_up')].map(([id, files]) => [id, files.map((f) => f.id)])).toEqual([['f1', ['a', 'c']]]);
});
