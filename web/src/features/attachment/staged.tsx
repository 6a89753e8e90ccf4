import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ChevronDown, X } from 'lucide-react';
import { useState } from 'react';
import { useDictionaries } from '@/api/shared';
import { keep, kept } from '@/app/store';
import { useWord } from '@/app/words';
import { IconButton } from '@/kit/button';
import { openMenu } from '@/kit/menu';
import '@/styles/attachment.css';
import { again, bytes, extensionOf, filesQuery, foretell, type Kept } from './data';
import { Mark } from './marks';
import { enqueue, tooMuch } from './queue';

type Row = { key: number; file: File; kind: string };
const REMEMBERED = 'attachment.kind';
let last = 0;

/** The kinds of papers to choose from. */
export function useKinds() {
  const dictionaries = useDictionaries();
  const all = dictionaries.values('file_type');
  return {
    all,
    label: (code: string) => dictionaries.label('file_type', code),
    // names of files are the company's, in Chinese whatever the viewer reads
    named: (code: string) => dictionaries.value('file_type', code)?.label_zh ?? code,
    /** The kind that a file's name tells, else the one chosen last. */
    guess: (name: string, other?: string): string => {
      const text = name.toLowerCase();
      const told = all.find((k) =>
        [k.label_zh, k.label_en, ...k.synonyms].some((w) => !!w && w.length > 1 && text.includes(w.toLowerCase())),
      );
      const remembered = other ?? kept<string>(REMEMBERED);
      return told?.code ?? all.find((k) => k.code === remembered)?.code ?? all[0]?.code ?? 'other';
    },
  };
}
export type Kinds = ReturnType<typeof useKinds>;

/** Files that were chosen and wait for a word: what they are, and off. */
export function useStaged(customer: string) {
  const client = useQueryClient();
  const kinds = useKinds();
  const [rows, setRows] = useState<Row[]>([]);
  return {
    rows,
    kinds,
    take: (files: Iterable<File> | null | undefined, kind?: string) =>
      setRows((old) => [...old, ...[...(files ?? [])].map((file) => ({ key: ++last, file, kind: kinds.guess(file.name, kind) }))]),
    remove: (key: number) => setRows((old) => old.filter((r) => r.key !== key)),
    choose: (key: number, kind: string) => {
      keep(REMEMBERED, kind);
      setRows((old) => old.map((r) => (r.key === key ? { ...r, kind } : r)));
    },
    clear: () => setRows([]),
    good: rows.filter((r) => !tooMuch(r.file)).length,
    /** Sends them off, one after the other, and waits for none. */
    send: (record?: { kind: 'follow_up'; id: string }) => {
      const settle = (file: Kept) => {
        client.setQueryData(filesQuery(customer).queryKey, (old) => (old ? [file, ...old] : old));
        void again(client, customer);
      };
      enqueue(rows.map((r) => ({ customer, record, file: r.file, kind: r.kind, kept: settle })));
      setRows([]);
    },
  };
}
export type StagedFiles = ReturnType<typeof useStaged>;

/** Their list: what each was called, what it is, what it will be called. */
export function Staged({ files, customer }: { files: StagedFiles; customer: { id: string; name: string } }) {
  const t = useWord();
  const { kinds } = files;
  const { data: here } = useQuery(filesQuery(customer.id));
  return (
    <ul className="staged" aria-label={t('attachment.label.chosen')}>
      {files.rows.map((r, i) => {
        const wrong = tooMuch(r.file);
        const before = files.rows
          .slice(0, i)
          .filter((x) => x.kind === r.kind && extensionOf(x.file.name) === extensionOf(r.file.name) && !tooMuch(x.file)).length;
        return (
          <li key={r.key} className={wrong ? 'wrong' : 'ask'}>
            <Mark name={r.file.name} />
            <div className="sp">
              <p className="cut">
                <bdi>{r.file.name}</bdi> <small className="tn">{bytes(r.file.size)}</small>
              </p>
              {wrong ? (
                <small className="bad-tx">{wrong}</small>
              ) : (
                <small className="fname">
                  {t('attachment.label.becomes', {
                    name: foretell(customer.name, kinds.named(r.kind), r.file.name, r.kind, here ?? [], before),
                  })}
                </small>
              )}
            </div>
            {!wrong && (
              <button
                type="button"
                className="pill"
                aria-haspopup="menu"
                aria-label={t('attachment.label.kind_of', { kind: kinds.label(r.kind), name: r.file.name })}
                onClick={(e) => kindMenu(e.currentTarget, kinds, r.kind, (kind) => files.choose(r.key, kind))}
              >
                {kinds.label(r.kind)}
                <ChevronDown size={13} />
              </button>
            )}
            <IconButton small label={t('attachment.verb.leave', { name: r.file.name })} onClick={() => files.remove(r.key)}>
              <X size={14} />
            </IconButton>
          </li>
        );
      })}
    </ul>
  );
}

export const kindMenu = (anchor: HTMLElement, kinds: Kinds, now: string, choose: (kind: string) => void) =>
  openMenu({
    anchor,
    align: 'end',
    items: kinds.all.map((k) => ({ key: k.code, label: k.label, checked: k.code === now, run: () => choose(k.code) })),
  });
