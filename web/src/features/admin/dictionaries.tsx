import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useEffect, useState } from 'react';
import { patch, post } from '@/api/client';
import { dictionariesQuery } from '@/api/shared';
import type { Dictionary, Value } from '@/api/types';
import { Page } from '@/app/page';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { Chip, type Tone } from '@/kit/chips';
import { ask } from '@/kit/dialog';
import { FieldInput } from '@/kit/fieldinput';
import { Input } from '@/kit/inputs';
import { Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';

const route = getRouteApi('/app/admin/dictionaries');
const TONES: Tone[] = ['gray', 'blue', 'violet', 'teal', 'green', 'amber', 'orange', 'red'];
type Edit = { label: string; color: string | null; parent: string | null; maps_to: string | null };

export default function Dictionaries() {
  const t = useWord();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(dictionariesQuery());
  const search = route.useSearch();
  const [code, setCode] = useState<string | null>(search.code ?? null);
  const current = data?.find((d) => d.code === code) ?? data?.[0];
  // the list is long, and whoever comes from a field looks for his own
  useEffect(() => {
    if (data && search.code) document.querySelector('.split .treeitem.on')?.scrollIntoView({ block: 'nearest' });
  }, [data, search.code]);
  const done = () => {
    void client.invalidateQueries({ queryKey: ['dictionaries'] });
    tell(t('app.state.saved'));
  };
  const edit = async (d: Dictionary, v?: Value) => {
    const parents = d.values.filter((x) => d.values.some((y) => y.parent === x.code));
    const next = await ask<Edit>({
      title: v ? t('dictionary.title.edit', { label: v.label }) : t('dictionary.title.add', { name: d.name }),
      ok: t('app.verb.save'),
      value: v ? { label: v.label, color: v.color, parent: v.parent, maps_to: v.maps_to } : undefined,
      form: (value, set) => {
        const now = value ?? { label: '', color: null, parent: parents[0]?.code ?? null, maps_to: null };
        const put = (change: Partial<Edit>) => {
          const made = { ...now, ...change };
          set(made.label.trim() || v ? made : { ...made, label: '' });
        };
        return (
          <>
            <Input
              value={now.label}
              onChange={(label) => put({ label })}
              aria-label={t('dictionary.field.label')}
              placeholder={t('dictionary.field.label')}
            />
            {parents.length > 0 && !v && (
              <select
                className="input"
                aria-label={t('dictionary.field.group')}
                value={now.parent ?? ''}
                onChange={(e) => put({ parent: e.target.value || null })}
              >
                {parents.map((p) => (
                  <option key={p.code} value={p.code}>
                    {p.label}
                  </option>
                ))}
              </select>
            )}
            {d.code === 'trade' && (
              <FieldInput
                field={{ name: 'maps_to', label: t('dictionary.field.maps_to'), kind: 'industry', dictionary: null }}
                value={now.maps_to}
                onChange={(code) => put({ maps_to: code as string | null })}
              />
            )}
            <fieldset className="chips" aria-label={t('dictionary.field.color')}>
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
    const body = {
      label: next.label.trim(),
      color: next.color ?? undefined,
      parent: next.parent ?? undefined,
      maps_to: next.maps_to ?? undefined,
    };
    await (v
      ? patch(`/dictionaries/${d.code}/values/${v.code}`, { label: body.label, color: next.color, maps_to: next.maps_to }, v.version ?? 0)
      : post(`/dictionaries/${d.code}/values`, body)
    ).then(done, tellError);
  };
  const turn = (d: Dictionary, v: Value) =>
    void patch(`/dictionaries/${d.code}/values/${v.code}`, { active: !v.active }, v.version ?? 0).then(done, tellError);
  return (
    <Page
      flush
      title={t('app.nav.dictionaries')}
      actions={
        current && (
          <Button look="primary" icon={<Plus size={15} />} onClick={() => void edit(current)}>
            {t('dictionary.verb.add')}
          </Button>
        )
      }
    >
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !data || !current ? (
        <div className="page-b">
          <Lines count={8} />
        </div>
      ) : (
        <div className="split">
          <aside aria-label={t('app.nav.dictionaries')}>
            <select
              className="input only-phone"
              aria-label={t('app.nav.dictionaries')}
              value={current.code}
              onChange={(e) => setCode(e.target.value)}
            >
              {data.map((d) => (
                <option key={d.code} value={d.code}>
                  {d.name}
                </option>
              ))}
            </select>
            {data.map((d) => (
              <button
                key={d.code}
                type="button"
                className={`treeitem not-phone${d.code === current.code ? ' on' : ''}`}
                onClick={() => setCode(d.code)}
              >
                <span className="sp cut">{d.name}</span>
                <small className="tn">{d.values.length}</small>
              </button>
            ))}
          </aside>
          <div style={{ padding: '8px 20px 32px' }}>
            {current.fixed && (
              <p className="field-help" style={{ padding: '6px 0' }}>
                {t('dictionary.hint.fixed')}
              </p>
            )}
            <ul className="rows">
              {grouped(current.values).map((v) => {
                const group = current.values.some((x) => x.parent === v.code);
                return (
                  <li key={v.code} className={group ? 'dict-group' : v.parent ? 'dict-of' : undefined}>
                    {group ? (
                      <b>{v.label}</b>
                    ) : (
                      <Chip tone={v.color} dot>
                        {v.label}
                      </Chip>
                    )}
                    {group && <small>{t('dictionary.label.group')}</small>}
                    {!v.active && <small>{t('dictionary.state.retired')}</small>}
                    <span className="sp" />
                    <Button size="sm" look="ghost" onClick={() => void edit(current, v)}>
                      {t('app.verb.edit')}
                    </Button>
                    {!current.fixed && (
                      <Button size="sm" look="ghost" onClick={() => turn(current, v)}>
                        {t(v.active ? 'dictionary.verb.retire' : 'dictionary.verb.revive')}
                      </Button>
                    )}
                  </li>
                );
              })}
            </ul>
          </div>
        </div>
      )}
    </Page>
  );
}

/** Values below their group, in the company's order. */
function grouped(values: Value[]): Value[] {
  const all = [...values].sort((a, b) => a.position - b.position);
  const below = (code: string): Value[] => all.filter((v) => v.parent === code).flatMap((v) => [v, ...below(v.code)]);
  return all.filter((v) => !v.parent || !all.some((p) => p.code === v.parent)).flatMap((v) => [v, ...below(v.code)]);
}
