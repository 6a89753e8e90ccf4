import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { get, patch, said } from '@/api/client';
import type { Items, Numbering } from '@/api/types';
import { today } from '@/app/dates';
import { Page } from '@/app/page';
import { useWord, wordOr } from '@/app/words';
import { Button } from '@/kit/button';
import { FormField, Input } from '@/kit/inputs';
import { Failed, Lines } from '@/kit/states';
import { tell } from '@/kit/toast';

/** What a pattern makes, said while it is typed: {yyyy} {yy} {mm} {dd} {dept} {seq:4}. */
export function sample(pattern: string, day = today()): string {
  const [y = '', m = '', d = ''] = day.split('-');
  return pattern
    .replace(/\{yyyy\}/gi, y)
    .replace(/\{yy\}/gi, y.slice(2))
    .replace(/\{mm\}/gi, m)
    .replace(/\{corp\}/gi, 'HC')
    .replace(/\{dd\}/gi, d)
    .replace(/\{dept\}/gi, 'XS')
    .replace(/\{seq(?::(\d+))?\}/gi, (_all, width) => '1'.padStart(Number(width ?? 1), '0'))
    .replace(/\{(0+)\}/g, (_all, zeros: string) => '1'.padStart(zeros.length, '0'));
}

export default function NumberingPage() {
  const t = useWord();
  const { data, error, refetch } = useQuery({
    queryKey: ['numbering'],
    queryFn: async () => (await get<Items<Numbering>>('/numbering')).items,
  });
  return (
    <Page narrow title={t('app.nav.numbering')}>
      <div className="page-b form">
        <p className="field-help">{t('numbering.hint.pattern')}</p>
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : !data ? (
          <Lines count={4} height={70} />
        ) : (
          data.map((n) => <Series key={n.series + n.version} n={n} />)
        )}
      </div>
    </Page>
  );
}

function Series({ n }: { n: Numbering }) {
  const t = useWord();
  const client = useQueryClient();
  const [pattern, setPattern] = useState(n.pattern);
  const [error, setError] = useState<string | null>(null);
  const save = async () => {
    try {
      await patch(`/numbering/${n.series}`, { pattern }, n.version);
      await client.invalidateQueries({ queryKey: ['numbering'] });
      tell(t('app.state.saved'));
    } catch (e) {
      setError(said(e));
    }
  };
  return (
    <form
      className="card col"
      onSubmit={(e) => {
        e.preventDefault();
        void save();
      }}
    >
      <FormField label={n.name ?? wordOr(`numbering.series.${n.series}`, n.series)} error={error}>
        {(id) => (
          <div className="row wrap">
            <span style={{ flex: '1 1 220px' }}>
              <Input
                id={id}
                value={pattern}
                invalid={!!error}
                onChange={(v) => {
                  setPattern(v);
                  setError(null);
                }}
              />
            </span>
            <code className="sample" title={t('numbering.label.sample')}>
              {pattern === n.pattern && n.sample ? n.sample : sample(pattern)}
            </code>
            <Button type="submit" look="primary" disabled={pattern === n.pattern}>
              {t('app.verb.save')}
            </Button>
          </div>
        )}
      </FormField>
      {(n.offered?.length ?? 0) > 0 && (
        <div className="row wrap">
          <small>{t('numbering.label.offered')}</small>
          {[...new Set([...(n.default ? [n.default] : []), ...(n.offered ?? [])])].map((p) => (
            <button key={p} type="button" className={p === pattern ? 'pill on' : 'pill'} onClick={() => setPattern(p)}>
              {p}
            </button>
          ))}
        </div>
      )}
    </form>
  );
}
