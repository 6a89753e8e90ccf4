import { asRefused, surely } from '@/api/client';
import { language } from '@/app/words';

/** The name that the server gave, as RFC 5987 writes it. */
export function nameOf(disposition: string | null): string {
  const coded = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1];
  if (coded) {
    try {
      return decodeURIComponent(coded);
    } catch {
      // not as it should be: the plain name, then
    }
  }
  return /filename="?([^";]+)"?/i.exec(disposition ?? '')?.[1] ?? 'export';
}

/** Saves a file of the API under the server's name for it. */
export async function download(path: string): Promise<void> {
  const answer = await surely(async () => {
    const got = await fetch(`/api/v1${path}`, { headers: { 'Accept-Language': language() }, credentials: 'same-origin' });
    if (!got.ok) throw asRefused(await got.json().catch(() => null), got.status);
    return got;
  });
  const url = URL.createObjectURL(await answer.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = nameOf(answer.headers.get('Content-Disposition'));
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
