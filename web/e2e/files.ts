import { crc32, deflateSync } from 'node:zlib';
import type { Page } from '@playwright/test';

type File = { name: string; mimeType: string; buffer: Buffer };

/** A picture of a licence that a browser must really decode: w × h, two colours. */
export function png(w = 900, h = 640): Buffer {
  const part = (kind: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
    const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    size.writeUInt32BE(data.length);
    sum.writeUInt32BE((crc32 as (b: Buffer) => number)(body));
    return Buffer.concat([size, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(w, 0);
  head.writeUInt32BE(h, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc(h * (w * 3 + 1));
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const edge = x < 24 || y < 24 || x > w - 25 || y > h - 25 || (y > 150 && y % 60 < 6 && x > 120 && x < w - 120);
      rows.set(edge ? [178, 42, 34] : [253, 246, 227], y * (w * 3 + 1) + 1 + x * 3);
    }
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    part('IHDR', head),
    part('IDAT', deflateSync(rows)),
    part('IEND', Buffer.alloc(0)),
  ]);
}

/** A PDF of so many pages in a Chinese font that is not in it, as offices send them: its table of characters is asked for by name. */
export function pdf(pages = 3, more: { open?: string; tail?: string } = {}): Buffer {
  const objects: string[] = [];
  const kids = Array.from({ length: pages }, (_, i) => `${6 + i * 2} 0 R`).join(' ');
  objects.push(`<< /Type /Catalog /Pages 2 0 R ${more.open ?? ''} >>`);
  objects.push(`<< /Type /Pages /Kids [${kids}] /Count ${pages} >>`);
  objects.push('<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>');
  objects.push(
    '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 5 0 R >>',
  );
  objects.push(
    '<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>',
  );
  for (let i = 0; i < pages; i++) {
    const hex = Buffer.from(`采购合同 第${i + 1}页`, 'utf16le')
      .swap16()
      .toString('hex');
    const text = `BT /F1 28 Tf 80 700 Td <${hex}> Tj ET 0.2 0.35 0.83 rg 80 420 ${120 + 60 * i} 200 re f`;
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${7 + i * 2} 0 R >>`,
    );
    objects.push(`<< /Length ${text.length} >>\nstream\n${text}\nendstream`);
  }
  let out = '%PDF-1.7\n';
  const at = objects.map((o, i) => {
    const here = out.length;
    out += `${i + 1} 0 obj\n${o}\nendobj\n`;
    return here;
  });
  const start = out.length;
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${at.map((x) => `${String(x).padStart(10, '0')} 00000 n \n`).join('')}`;
  out += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(out + (more.tail ?? ''), 'latin1');
}

export const picture = (name: string): File => ({ name, mimeType: 'image/png', buffer: png() });
export const paper = (name: string, pages?: number): File => ({ name, mimeType: 'application/pdf', buffer: pdf(pages) });

/** Files let go over the page, under names that no folder would take. */
export const drop = (page: Page, files: { name: string; text: string; type?: string }[]) =>
  page.locator('.files').evaluate((box, list) => {
    const data = new DataTransfer();
    for (const f of list) data.items.add(new File([Uint8Array.from(atob(f.text), (c) => c.charCodeAt(0))], f.name, { type: f.type ?? '' }));
    for (const kind of ['dragenter', 'dragover', 'drop'])
      box.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
  }, files);
export const base64 = (b: Buffer | string) => Buffer.from(b).toString('base64');
