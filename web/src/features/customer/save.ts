import { Refused, said } from '@/api/client';
import { relative } from '@/app/dates';
import { word } from '@/app/words';
import { numeric } from '@/features/field/own';

export type Errors = Record<string, string>;

/** Each complaint at its field; what belongs to no field of this form is said above the buttons, under "all". */
export function errorsOf(error: unknown, known: (field: string) => boolean): Errors {
  if (!(error instanceof Refused)) return { all: said(error) };
  const found: Errors = {};
  const left: string[] = [];
  for (const e of error.problem.errors ?? []) {
    const field = (e.field ?? '')
      .replace(/^body\./, '')
      .replace(/^custom\./, '')
      .replace(/^contacts(\.|\[)0(\.|\])\.?/, 'contact.');
    let message = e.message || error.problem.detail || error.problem.title;
    if (e.field?.startsWith('custom.')) message = ofOwn(e) ?? message;
    else if (error.code === 'duplicate_same') {
      const owner = typeof e.params?.owner === 'string' ? e.params.owner : '';
      const since = typeof e.params?.since === 'string' ? relative(e.params.since) : '';
      message = owner ? word('customer.error.held', { owner, since }) : word('customer.error.held_pool');
    }
    if (field && known(field)) found[field] ??= message;
    else left.push(message);
  }
  if (left.length || !Object.keys(found).length) found.all = [...new Set(left)].join(' ') || error.message;
  return found;
}

/** What the words of the whole program say too broadly of one of the company's own fields. */
export function ofOwn(e: NonNullable<Refused['problem']['errors']>[number]): string | null {
  if (e.code === 'bad_number') return numeric(Number(e.params?.decimals ?? 0));
  return e.code === 'duplicate_same' ? word('field.error.taken') : null;
}

/** 138…, 0571-…, +… is a telephone, anything else an account name of 微信. */
export function phoneOrWechat(text: string): { mobile?: string; phone?: string; wechat?: string } {
  const value = text.trim();
  if (!value) return {};
  const plain = value.replace(/[\s-]/g, '');
  if (/^(\+?86)?1[3-9]\d{9}$/.test(plain)) return { mobile: value };
  if (/^\+?[\d()]{7,}$/.test(plain)) return { phone: value };
  return { wechat: value };
}

export const goToFirst = (errors: Errors) =>
  requestAnimationFrame(() => {
    const name = Object.keys(errors).find((e) => e !== 'all');
    const box = name && document.querySelector<HTMLElement>(`.sheet [data-field="${CSS.escape(name)}"]`);
    if (!box) return;
    box.scrollIntoView({ block: 'center', behavior: 'smooth' });
    box.querySelector<HTMLElement>('input,textarea,button,select')?.focus({ preventScroll: true });
  });
