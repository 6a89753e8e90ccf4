import i18n from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { Key } from './keys.gen';

export type { Key };
export type Language = 'zh-CN' | 'en';
type Params = Record<string, string | number>;

// Chinese is in the entry, so that nobody waits for a second file; English comes when asked for.
const chinese = Object.assign(
  {},
  ...Object.values(import.meta.glob<Record<string, string>>('@locale/zh-CN/*.json', { eager: true, import: 'default' })),
);

export const words = chinese as Record<string, string>;

export const storedLanguage = (): Language => (localStorage.getItem('zk.language') === 'en' ? 'en' : 'zh-CN');

export async function startWords() {
  await i18n.use(initReactI18next).init({
    lng: 'zh-CN',
    fallbackLng: 'zh-CN',
    keySeparator: false,
    nsSeparator: false,
    resources: { 'zh-CN': { translation: chinese } },
    interpolation: { escapeValue: false },
    react: { bindI18nStore: 'added' },
    initAsync: false,
  });
  if (storedLanguage() === 'en') await speak('en');
}

export async function speak(language: Language) {
  if (language === 'en' && !i18n.hasResourceBundle('en', 'translation'))
    i18n.addResourceBundle('en', 'translation', (await import('./english')).default);
  for (const [key, words] of renamed) if (words[language]) put(language, key, words[language]);
  localStorage.setItem('zk.language', language);
  await i18n.changeLanguage(language);
  document.documentElement.lang = language;
}

const put = (language: Language, key: string, value: string) => void i18n.addResource(language, 'translation', key, value);
const shipped = new Map<string, string>();
let renamed = new Map<string, Record<Language, string>>();

/** What the company calls fields stands wherever their words do; one that it calls so no more has the word of the house again. */
export function rename(words: { key: string; label: string; label_en: string }[]) {
  const next = new Map(words.map((w) => [w.key, { 'zh-CN': w.label, en: w.label_en }]));
  for (const lang of ['zh-CN', 'en'] as const) {
    if (!i18n.hasResourceBundle(lang, 'translation')) continue;
    for (const key of new Set([...renamed.keys(), ...next.keys()])) {
      const at = `${lang} ${key}`;
      if (!shipped.has(at)) shipped.set(at, String(i18n.getResource(lang, 'translation', key) ?? ''));
      const word = next.get(key)?.[lang] || shipped.get(at);
      if (word) put(lang, key, word);
    }
  }
  renamed = next;
}

export const language = () => (i18n.language === 'en' ? 'en' : 'zh-CN') as Language;

/** The word for a key; a key that stands in no locale file does not compile. */
export const word = (key: Key, params?: Params): string => i18n.t(key, params ?? {}) as string;

/** For keys made of codes that the server sends (permissions, groups, actions): the word, or what was sent. */
export const wordOr = (key: string, other: string): string => (i18n.exists(key) ? i18n.t(key as Key) : other);

/** The same, re-rendering when the language changes. */
export function useWord() {
  useTranslation();
  return word;
}
