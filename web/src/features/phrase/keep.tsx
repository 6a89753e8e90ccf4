import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { patch, post, remove } from '@/api/client';
import { useDictionaries, useMay, useStages } from '@/api/shared';
import { useWord, word } from '@/app/words';
import { ask, confirm } from '@/kit/dialog';
import { Area, Check, FormField, Input } from '@/kit/inputs';
import { tell, tellError } from '@/kit/toast';
import { type Phrase, PLACES } from './data';

export type Said = { title: string; text: string; methods: string[]; stages: string[]; company: boolean };

/** What is done with phrases; each tells what it did and has the lists read anew. */
export function usePhrases() {
  const client = useQueryClient();
  return useMemo(() => {
    const done = (text: string) => {
      void client.invalidateQueries({ queryKey: ['phrases'] });
      tell(text);
    };
    const change = (p: Phrase, what: object, text = word('app.state.saved')) =>
      patch(`/phrases/${p.id}`, what, p.version).then(() => done(text), tellError);
    return {
      async add(begin: Said) {
        const said = await askPhrase(word('phrase.title.add'), begin, true);
        if (said) await post('/phrases', said).then(() => done(word('phrase.state.kept')), tellError);
      },
      async edit(p: Phrase) {
        const said = await askPhrase(word('phrase.title.edit'), p, false);
        if (said) await change(p, { title: said.title, text: said.text, methods: said.methods, stages: said.stages });
      },
      move: (p: Phrase, position: number) => change(p, { position }),
      activate: (p: Phrase, active: boolean) => change(p, { active }),
      async drop(p: Phrase) {
        if (!(await confirm(word('phrase.ask.delete', { title: p.title }), word('phrase.ask.delete_text'), word('app.verb.delete'))))
          return;
        await remove(`/phrases/${p.id}`, p.version).then(() => done(word('app.state.deleted')), tellError);
      },
    };
  }, [client]);
}

const askPhrase = (title: string, value: Said, fresh: boolean) =>
  ask<Said>({
    title,
    ok: word('app.verb.save'),
    value: { title: value.title, text: value.text, methods: value.methods, stages: value.stages, company: value.company },
    form: (v, set) => <Form value={v ?? value} set={set} fresh={fresh} />,
  });

function Form({ value, set, fresh }: { value: Said; set: (v: Said) => void; fresh: boolean }) {
  const t = useWord();
  const may = useMay();
  const dictionaries = useDictionaries();
  const { stages } = useStages();
  const area = useRef<HTMLTextAreaElement>(null);
  const place = (p: string) => {
    const at = area.current?.selectionStart ?? value.text.length;
    set({ ...value, text: value.text.slice(0, at) + p + value.text.slice(area.current?.selectionEnd ?? at) });
    setTimeout(() => {
      area.current?.focus();
      area.current?.setSelectionRange(at + p.length, at + p.length);
    });
  };
  return (
    <>
      <FormField label={t('phrase.field.title')}>
        {(id) => <Input id={id} required maxLength={30} value={value.title} onChange={(title) => set({ ...value, title })} />}
      </FormField>
      <FormField label={t('phrase.field.text')} help={t('phrase.hint.places')}>
        {(id) => (
          <>
            <Area id={id} ref={area} required rows={5} maxLength={500} value={value.text} onChange={(text) => set({ ...value, text })} />
            <span className="row wrap" style={{ marginTop: 6 }}>
              {PLACES.map((p) => (
                <button key={p} type="button" className="pill" onClick={() => place(p)}>
                  {p}
                </button>
              ))}
            </span>
          </>
        )}
      </FormField>
      <Several
        label={t('followup.field.method')}
        options={dictionaries.values('method')}
        value={value.methods}
        onChange={(methods) => set({ ...value, methods })}
      />
      <Several
        label={t('phrase.field.stages')}
        options={stages.map((s) => ({ code: s.code, label: s.name }))}
        value={value.stages}
        onChange={(next) => set({ ...value, stages: next })}
      />
      {fresh && may('dictionary.manage') && (
        <Check checked={value.company} onChange={(company) => set({ ...value, company })}>
          {t('phrase.label.for_all')}
        </Check>
      )}
    </>
  );
}

function Several({
  label,
  options,
  value,
  onChange,
}: {
  label: string;
  options: { code: string; label: string }[];
  value: string[];
  onChange: (codes: string[]) => void;
}) {
  return (
    <FormField label={label} optional>
      {(id) => (
        <fieldset className="chips" id={id} aria-label={label}>
          {options.map((o) => {
            const on = value.includes(o.code);
            return (
              <button
                key={o.code}
                type="button"
                aria-pressed={on}
                className={on ? 'pill on' : 'pill'}
                onClick={() => onChange(on ? value.filter((c) => c !== o.code) : [...value, o.code])}
              >
                {o.label}
              </button>
            );
          })}
        </fieldset>
      )}
    </FormField>
  );
}
