import { useState } from 'react';
import { language, useWord } from '@/app/words';
import { FieldInput } from '@/kit/fieldinput';
import { Choices, FormField } from '@/kit/inputs';
import { Select } from '@/kit/pick';
import { chosen, isMasked } from './data';
import { type Said, wordsOf } from './said';

/** The field as the form will have it; whoever makes it can try it. */
export function Preview({ said }: { said: Said }) {
  const t = useWord();
  const [value, setValue] = useState<unknown>(null);
  const label = (language() === 'en' && said.label_en.trim()) || said.label.trim() || t(`field.kind.${said.kind}`);
  const words = wordsOf(said.words);
  return (
    <section className="own-preview" aria-label={t('field.title.preview')}>
      <h3>{t('field.title.preview')}</h3>
      {said.group.trim() && <h4 className="heading">{said.group.trim()}</h4>}
      <FormField label={label} optional={!said.required} help={said.help.trim()}>
        {(id) =>
          chosen(said.kind) && !said.dictionary ? (
            <Words key={said.kind} id={id} label={label} words={words} many={said.kind === 'choices'} value={value} onChange={setValue} />
          ) : (
            <FieldInput
              key={`${said.kind}${said.decimals}${said.unit}${said.dictionary}`}
              id={id}
              field={{
                name: 'x_preview',
                label,
                kind: said.kind,
                dictionary: said.dictionary,
                decimals: said.decimals,
                unit: said.unit.trim() || undefined,
                masked: isMasked(said.kind, said.sensitive),
              }}
              value={value}
              onChange={setValue}
            />
          )
        }
      </FormField>
      {isMasked(said.kind, said.sensitive) && (
        <p className="field-help">{t(`field.hint.mask_${said.kind as 'text' | 'phone' | 'secret'}`)}</p>
      )}
    </section>
  );
}

type WordsProps = { id: string; label: string; words: string[]; many: boolean; value: unknown; onChange: (value: unknown) => void };
function Words({ id, label, words, many, value, onChange }: WordsProps) {
  const t = useWord();
  if (!words.length) return <p className="field-help">{t('field.hint.no_words')}</p>;
  if (!many && words.length <= 5)
    return (
      <Choices
        id={id}
        label={label}
        value={value as string | null}
        options={[...new Set(words)].map((w) => ({ code: w, label: w }))}
        onChange={onChange}
      />
    );
  return (
    <Select
      id={id}
      label={label}
      multiple={many}
      options={[...new Set(words)].map((w) => ({ value: w, label: w }))}
      value={(value as string | string[] | null) ?? null}
      onChange={onChange}
      placeholder={t('app.hint.choose')}
    />
  );
}
