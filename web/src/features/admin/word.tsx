import { useQueryClient } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, CircleSlash, Ellipsis, GitMerge, Pencil, RotateCcw, Trash2 } from 'lucide-react';
import { get, patch, post, remove } from '@/api/client';
import type { Dictionary, Value } from '@/api/types';
import { useWord, word } from '@/app/words';
import { Button, IconButton } from '@/kit/button';
import { Chip, type Tone } from '@/kit/chips';
import { ask, confirm } from '@/kit/dialog';
import { FieldInput } from '@/kit/fieldinput';
import { FormField, Input } from '@/kit/inputs';
import { type Item, openMenu } from '@/kit/menu';
import { tell, tellError } from '@/kit/toast';

const TONES: Tone[] = ['gray', 'blue', 'violet', 'teal', 'green', 'amber', 'orange', 'red'];
type Edit = { label: string; english: string; synonyms: string; color: string | null; parent: string | null; maps_to: string | null };

const split = (text: string): string[] =>
  text
    .split(/[,，、;；\n]/)
    .map((s) => s.trim())
    .filter(Boolean);

/** What is done with the words of a dictionary; each tells what it did and has the lists read anew. */
export function useWords() {
  const client = useQueryClient();
  const done = (text?: string) => {
    void client.invalidateQueries({ queryKey: ['dictionaries'] });
    tell(text ?? word('app.state.saved'));
  };
  const edit = async (d: Dictionary, v?: Value) => {
    const groups = d.values.filter((x) => !x.parent && x.active && x.code !== v?.code && d.values.some((y) => y.parent === x.code));
    const heads = !!v && d.values.some((y) => y.parent === v.code);
    const next = await ask<Edit>({
      title: v ? word('dictionary.title.edit', { label: v.label }) : word('dictionary.title.add', { name: d.name }),
      ok: word('app.verb.save'),
      value: v && {
        label: v.label_zh,
        english: v.label_en ?? '',
        synonyms: v.synonyms.join('、'),
        color: v.color,
        parent: v.parent,
        maps_to: v.maps_to,
      },
      form: (value, set) => {
        const now = value ?? { label: '', english: '', synonyms: '', color: null, parent: groups[0]?.code ?? null, maps_to: null };
        const put = (change: Partial<Edit>) => {
          const made = { ...now, ...change };
          set(made.label.trim() || v ? made : { ...made, label: '' });
        };
        return (
          <>
            <FormField label={word('dictionary.field.label')}>
              {(id) => <Input id={id} value={now.label} onChange={(label) => put({ label })} maxLength={40} />}
            </FormField>
            <FormField label={word('dictionary.field.english')} optional>
              {(id) => <Input id={id} value={now.english} onChange={(english) => put({ english })} maxLength={60} />}
            </FormField>
            <FormField label={word('dictionary.field.synonyms')} help={word('dictionary.hint.synonyms')} optional>
              {(id) => <Input id={id} value={now.synonyms} onChange={(synonyms) => put({ synonyms })} />}
            </FormField>
            {groups.length > 0 && !heads && (
              <FormField label={word('dictionary.field.group')} optional>
                {(id) => (
                  <select id={id} className="input" value={now.parent ?? ''} onChange={(e) => put({ parent: e.target.value || null })}>
                    <option value="">{word('dictionary.label.no_group')}</option>
                    {groups.map((p) => (
                      <option key={p.code} value={p.code}>
                        {p.label}
                      </option>
                    ))}
                  </select>
                )}
              </FormField>
            )}
            {d.code === 'trade' && (
              <FieldInput
                field={{ name: 'maps_to', label: word('dictionary.field.maps_to'), kind: 'industry', dictionary: null }}
                value={now.maps_to}
                onChange={(code) => put({ maps_to: code as string | null })}
              />
            )}
            <fieldset className="chips" aria-label={word('dictionary.field.color')}>
              {TONES.map((tone) => (
                <button
                  key={tone}
                  type="button"
                  className={now.color === tone ? 'pill on' : 'pill'}
                  aria-pressed={now.color === tone}
                  aria-label={tone}
                  onClick={() => put({ color: now.color === tone ? null : tone })}
                >
                  <i className={`dot tone-${tone}`} />
                </button>
              ))}
            </fieldset>
          </>
        );
      },
    });
    if (!next?.label.trim()) return;
    const said = {
      label: next.label.trim(),
      label_en: next.english.trim(),
      synonyms: split(next.synonyms),
      color: next.color ?? '',
      maps_to: next.maps_to ?? '',
      parent: next.parent ?? '',
    };
    await (v ? patch(`/dictionaries/${d.code}/values/${v.code}`, said, v.version) : post(`/dictionaries/${d.code}/values`, said)).then(
      () => done(),
      tellError,
    );
  };
  const turn = (d: Dictionary, v: Value) =>
    void patch(`/dictionaries/${d.code}/values/${v.code}`, { active: !v.active }, v.version).then(() => done(), tellError);
  /** Trades places with the word above or below it in its group. */
  const move = async (d: Dictionary, v: Value, by: -1 | 1) => {
    const row = inOrder(d).filter((x) => x.parent === v.parent);
    const other = row[row.findIndex((x) => x.code === v.code) + by];
    if (!other) return;
    try {
      await patch(`/dictionaries/${d.code}/values/${v.code}`, { position: other.position }, v.version);
      await patch(`/dictionaries/${d.code}/values/${other.code}`, { position: v.position }, other.version);
      done();
    } catch (e) {
      tellError(e);
      void client.invalidateQueries({ queryKey: ['dictionaries'] });
    }
  };
  const merge = async (d: Dictionary, v: Value) => {
    try {
      const { count } = await get<{ count: number }>(`/dictionaries/${d.code}/values/${v.code}/uses`);
      const others = inOrder(d).filter((x) => x.active && x.code !== v.code && !d.values.some((y) => y.parent === x.code));
      const into = await ask<string>({
        title: word('dictionary.title.merge', { label: v.label }),
        text: word('dictionary.hint.merge', { label: v.label, count }),
        ok: word('dictionary.verb.merge'),
        form: (value, set) => (
          <FormField label={word('dictionary.field.into')}>
            {(id) => (
              <select id={id} className="input" value={value ?? ''} onChange={(e) => set(e.target.value || undefined)}>
                <option value="">—</option>
                {others.map((x) => (
                  <option key={x.code} value={x.code}>
                    {x.label}
                  </option>
                ))}
              </select>
            )}
          </FormField>
        ),
      });
      if (!into) return;
      await post(`/dictionaries/${d.code}/values/${v.code}/merge`, { into }, v.version);
      done(word('dictionary.state.merging', { count }));
    } catch (e) {
      tellError(e);
    }
  };
  const drop = async (d: Dictionary, v: Value) => {
    if (!(await confirm(word('dictionary.title.drop', { label: v.label }), word('dictionary.hint.drop'), word('app.verb.delete')))) return;
    await remove(`/dictionaries/${d.code}/values/${v.code}`, v.version).then(() => done(), tellError);
  };
  return { edit, turn, move, merge, drop };
}

/** The words of a dictionary as the company orders them, each group's words behind it. */
export function inOrder(d: Dictionary): Value[] {
  const row = (parent: string | null) => d.values.filter((v) => (v.parent ?? null) === parent).sort((a, b) => a.position - b.position);
  const known = new Set(d.values.map((v) => v.code));
  const heads = [...row(null), ...d.values.filter((v) => v.parent && !known.has(v.parent))];
  return heads.flatMap((h) => [h, ...row(h.code)]);
}

export function WordLine({ d, v, act }: { d: Dictionary; v: Value; act: ReturnType<typeof useWords> }) {
  const t = useWord();
  const into = d.values.find((x) => x.code === v.merged_into);
  const group = d.values.some((x) => x.parent === v.code);
  const menu = (anchor: HTMLElement) => {
    const items: Item[] = [
      { key: 'up', label: t('dictionary.verb.up'), icon: <ArrowUp size={15} />, run: () => void act.move(d, v, -1) },
      { key: 'down', label: t('dictionary.verb.down'), icon: <ArrowDown size={15} />, run: () => void act.move(d, v, 1) },
    ];
    if (!d.fixed && !into)
      items.push({
        key: 'turn',
        label: t(v.active ? 'dictionary.verb.retire' : 'dictionary.verb.revive'),
        icon: v.active ? <CircleSlash size={15} /> : <RotateCcw size={15} />,
        run: () => act.turn(d, v),
      });
    if (!d.fixed && !into && !group)
      items.push(
        { key: 'merge', label: t('dictionary.verb.merge_into'), icon: <GitMerge size={15} />, run: () => void act.merge(d, v) },
        { line: 'end' },
        { key: 'drop', label: t('app.verb.delete'), icon: <Trash2 size={15} />, danger: true, run: () => void act.drop(d, v) },
      );
    openMenu({ anchor, align: 'end', items });
  };
  return (
    <li className={group ? 'dict-group' : v.parent ? 'dict-of' : undefined}>
      <Chip tone={v.color} dot>
        {v.label}
      </Chip>
      {v.synonyms.length > 0 && <small className="cut">{v.synonyms.join('、')}</small>}
      {into ? (
        <small>{t('dictionary.state.merged', { label: into.label })}</small>
      ) : (
        !v.active && <small>{t('dictionary.state.retired')}</small>
      )}
      <span className="sp" />
      <Button size="sm" look="ghost" icon={<Pencil size={13} />} onClick={() => void act.edit(d, v)}>
        {t('app.verb.edit')}
      </Button>
      <IconButton label={`${t('app.verb.more')} ${v.label}`} aria-haspopup="menu" onClick={(e) => menu(e.currentTarget)}>
        <Ellipsis size={16} />
      </IconButton>
    </li>
  );
}
