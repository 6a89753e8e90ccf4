import '@/styles/help.css';
import manual from 'virtual:manual';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { Page } from '@/app/page';
import { language, useWord } from '@/app/words';
import { Input } from '@/kit/inputs';

const named = (title: string) => decodeURIComponent(title.replace(/^#/, ''));

/** The manual beside the product: sections on the left, what was asked for on the right; its text is found by any word of it. */
export default function Help() {
  const t = useWord();
  const navigate = useNavigate();
  const { hash } = useLocation();
  const [q, setQ] = useState('');
  const body = useRef<HTMLElement>(null);
  const asked = q.trim();
  const found = manual.filter((s) => !asked || s.title.includes(asked) || s.html.replace(/<[^>]*>/g, '').includes(asked));
  const open = manual.find((s) => s.title === named(hash)) ?? manual[0];
  const shown = asked && open && !found.includes(open) ? found[0] : open;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another section begins at its top
  useEffect(() => {
    document.querySelector('#main')?.scrollTo({ top: 0 });
  }, [shown?.title]);
  useEffect(() => {
    // the manual speaks of its own sections by name
    const box = body.current;
    const follow = (e: MouseEvent) => {
      const href = (e.target as HTMLElement).closest('a')?.getAttribute('href');
      if (!href?.startsWith('#')) return;
      e.preventDefault();
      void navigate({ to: '/help', hash: named(href) });
    };
    box?.addEventListener('click', follow);
    return () => box?.removeEventListener('click', follow);
  }, [navigate]);
  return (
    <Page title={t('help.title')} sub={language() === 'en' ? t('help.hint.chinese') : undefined}>
      <div className="help">
        <nav aria-label={t('help.label.sections')}>
          <Input value={q} onChange={setQ} aria-label={t('help.hint.search')} placeholder={t('help.hint.search')} />
          <ul>
            {found.map((s) => (
              <li key={s.title}>
                <button
                  type="button"
                  className={s === shown ? 'on' : ''}
                  aria-current={s === shown ? 'page' : undefined}
                  onClick={() => void navigate({ to: '/help', hash: s.title })}
                >
                  {s.title}
                </button>
              </li>
            ))}
            {!found.length && <li className="mut">{t('help.state.nothing')}</li>}
          </ul>
        </nav>
        <article ref={body} lang="zh-CN">
          {shown && (
            <>
              <h2>{shown.title}</h2>
              {/* biome-ignore lint/security/noDangerouslySetInnerHtml: made of our own manual when the program was built */}
              <div dangerouslySetInnerHTML={{ __html: shown.html }} />
            </>
          )}
        </article>
      </div>
    </Page>
  );
}
