import { Languages, MoonStar, Sun } from 'lucide-react';
import type { ReactNode } from 'react';
import { toggleTheme, useUI } from '@/app/ui';
import { language, speak, useWord } from '@/app/words';
import { IconButton } from '@/kit/button';
import { DialogHost } from '@/kit/dialog';
import { Toaster } from '@/kit/toast';

/** The pages before the shell: the form on the left, what the product is about on the right. */
export function Frame({ children }: { children: ReactNode }) {
  const t = useWord();
  const theme = useUI((s) => s.theme);
  return (
    <div className="gate">
      <div className="gate-l">
        <header className="row">
          <img src="/favicon.svg" width={30} height={30} alt="" />
          <b className="strong">{t('app.name')}</b>
          <span className="sp" />
          <IconButton label={t('app.verb.language')} onClick={() => void speak(language() === 'en' ? 'zh-CN' : 'en')}>
            <Languages size={16} />
          </IconButton>
          <IconButton label={t(theme === 'dark' ? 'app.verb.light' : 'app.verb.dark')} onClick={toggleTheme}>
            {theme === 'dark' ? <Sun size={16} /> : <MoonStar size={16} />}
          </IconButton>
        </header>
        <main className="gate-f lg">{children}</main>
        <footer className="mut">
          <small>{t('session.hint.private')}</small>
        </footer>
      </div>
      <aside className="gate-r" aria-hidden="true">
        <div>
          <h2>
            {t('session.slogan.one')}
            <br />
            {t('session.slogan.two')}
          </h2>
          <ul>
            {(['one', 'two', 'three'] as const).map((n) => (
              <li key={n}>
                <i />
                <span>{t(`session.promise.${n}`)}</span>
              </li>
            ))}
          </ul>
        </div>
      </aside>
      <DialogHost />
      <Toaster />
    </div>
  );
}

/** 0–4: length counts, variety helps, well-known ones do not. */
export function strength(password: string, ...known: string[]): number {
  if (!password) return 0;
  const low = password.toLowerCase();
  const plain =
    /^(.)\1*$|^(0?123456789?0?|abcdefgh|qwertyuiop|password)\w{0,4}$/.test(low) ||
    known.some((k) => k.length > 2 && low.includes(k.toLowerCase()));
  if (password.length < 10 || plain) return 1;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/].filter((r) => r.test(password)).length;
  return Math.min(4, 2 + (password.length >= 14 ? 1 : 0) + (kinds >= 3 ? 1 : 0));
}

export function Strength({ password, known = [] }: { password: string; known?: string[] }) {
  const t = useWord();
  const s = strength(password, ...known);
  const tone = ['gray', 'red', 'amber', 'green', 'green'][s];
  return (
    <div aria-live="polite">
      <div className={`meterbar tone-${tone}`}>
        {[1, 2, 3, 4].map((n) => (
          <i key={n} className={n <= s ? 'on' : ''} />
        ))}
      </div>
      <p className="field-help" style={{ marginTop: 4 }}>
        {s === 0
          ? t('session.hint.password')
          : s === 1
            ? t('session.strength.weak')
            : s === 2
              ? t('session.strength.fair')
              : t('session.strength.good')}
      </p>
    </div>
  );
}
