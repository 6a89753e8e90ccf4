import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Marked } from 'marked';
import type { Plugin } from 'vite';

const ID = 'virtual:manual';
const HERE = join(import.meta.dirname, '..', 'docs', 'manual');

/** docs/manual as a module: one section for each heading of the second order, its pictures beside the other assets. */
export function manual(): Plugin {
  let building = false;
  return {
    name: 'manual',
    configResolved(config) {
      building = config.command === 'build';
    },
    resolveId: (id) => (id === ID ? `\0${ID}` : undefined),
    load(id) {
      if (id !== `\0${ID}`) return;
      const file = join(HERE, 'README.md');
      this.addWatchFile(file);
      const [, ...parts] = readFileSync(file, 'utf8').split(/^## /m);
      const sections = parts.map((part) => {
        const end = part.indexOf('\n');
        return { title: part.slice(0, end).trim(), text: part.slice(end + 1) };
      });
      const pictures: string[] = [];
      const at = (path: string) => {
        const source = readFileSync(join(HERE, path));
        if (!building) return `data:image/${path.split('.').pop()};base64,${source.toString('base64')}`;
        const reference = this.emitFile({ type: 'asset', name: `manual-${basename(path)}`, source });
        pictures.push(reference);
        return `PICTURE${pictures.length - 1}!`;
      };
      const marked = new Marked({
        gfm: true,
        renderer: {
          image: ({ href, text }) => `<img src="${at(href)}" alt="${text}" loading="lazy" />`,
          // tables scroll within themselves on a phone
          table(token) {
            const row = (cells: typeof token.header, tag: string) =>
              `<tr>${cells.map((c) => `<${tag}>${this.parser.parseInline(c.tokens)}</${tag}>`).join('')}</tr>`;
            return `<div class="scroller" tabindex="0"><table><thead>${row(token.header, 'th')}</thead><tbody>${token.rows.map((r) => row(r, 'td')).join('')}</tbody></table></div>`;
          },
        },
      });
      const made = sections.map((s) => ({ title: s.title, html: marked.parse(s.text, { async: false }) }));
      const text = JSON.stringify(made).replace(
        /PICTURE(\d+)!/g,
        (_, n: string) => `"+import.meta.ROLLUP_FILE_URL_${pictures[Number(n)]}+"`,
      );
      return `export default ${text};`;
    },
  };
}
