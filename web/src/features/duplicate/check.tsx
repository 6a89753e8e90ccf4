import '@/styles/duplicate.css';
import { useQuery } from '@tanstack/react-query';
import { ScanSearch } from 'lucide-react';
import { useState } from 'react';
import { Refused, said } from '@/api/client';
import { useMay } from '@/api/shared';
import { closeIt, openIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { FormField, Input } from '@/kit/inputs';
import { Sheet } from '@/kit/sheet';
import { Lines } from '@/kit/states';
import { checkQuery, type Question } from './data';
import { Holder } from './hint';

const TONES = { none: 'green', suspect: 'amber', same: 'red' } as const;

/** 撞单查询: whether somebody holds it already, who, and since when. */
export default function CheckSheet() {
  const t = useWord();
  const may = useMay();
  const [form, setForm] = useState<Question>({});
  const [asked, setAsked] = useState<Question | null>(null);
  const { data, error, isFetching } = useQuery({ ...checkQuery(asked ?? {}), enabled: !!asked });
  const wrong = (field: string) =>
    error instanceof Refused ? error.problem.errors?.find((e) => e.field?.replace(/^body\./, '') === field)?.message : undefined;
  const filled = Object.fromEntries(Object.entries(form).flatMap(([k, v]) => (v?.trim() ? [[k, v.trim()]] : []))) as Question;
  const ready = Object.keys(filled).length > 0;
  const field = (name: keyof Question, label: string, placeholder: string) => (
    <FormField name={name} label={label} error={wrong(name)}>
      {(id) => (
        <Input
          id={id}
          value={form[name] ?? ''}
          onChange={(v) => {
            setForm({ ...form, [name]: v });
            setAsked(null);
          }}
          invalid={!!wrong(name)}
          placeholder={placeholder}
          maxLength={name === 'name' ? 120 : 40}
          autoFocus={name === 'name'}
        />
      )}
    </FormField>
  );
  return (
    <Sheet title={t('duplicate.title.check')} onClose={closeIt}>
      <form
        className="form"
        onSubmit={(e) => {
          e.preventDefault();
          if (ready) setAsked(filled);
        }}
      >
        <p className="tx2">{t('duplicate.hint.check')}</p>
        {field('name', t('customer.field.name'), t('customer.hint.name_example'))}
        {field('credit_code', t('customer.field.credit_code'), t('duplicate.hint.code'))}
        {field('phone', t('duplicate.field.phone'), t('duplicate.hint.phone'))}
        <Button type="submit" look="primary" icon={<ScanSearch size={15} />} disabled={!ready} busy={isFetching}>
          {t('duplicate.verb.ask')}
        </Button>
        <p className="field-help">{t('duplicate.hint.recorded')}</p>
        <div role="status" className="col" ref={(box) => void ((data || error) && box?.scrollIntoView({ block: 'end' }))}>
          {isFetching && <Lines count={1} />}
          {asked && error && !wrong('name') && !wrong('credit_code') && !wrong('phone') && (
            <div className="notice tone-red">{said(error)}</div>
          )}
          {asked && data && (
            <>
              <div className={`notice tone-${TONES[data.verdict]}`}>{t(`duplicate.verdict.${data.verdict}`)}</div>
              {data.matches.length > 0 && (
                <ul className="rows">
                  {data.matches.map((m) => (
                    <li key={m.ref}>
                      <div className="sp col matchline">
                        <Holder match={m} />
                      </div>
                      {!m.owner && <Chip tone="teal">{t('duplicate.label.in_pool')}</Chip>}
                    </li>
                  ))}
                </ul>
              )}
              {data.verdict !== 'same' && may('customer.create') && (
                <Button onClick={() => openIt({ what: 'quick', name: filled.name })}>{t('customer.verb.create')}</Button>
              )}
            </>
          )}
        </div>
      </form>
    </Sheet>
  );
}
