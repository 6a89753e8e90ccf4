import { useQuery, useQueryClient } from '@tanstack/react-query';
import { LayoutTemplate } from 'lucide-react';
import { useState } from 'react';
import { get, post } from '@/api/client';
import type { Items, OwnTemplate } from '@/api/types';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { confirm } from '@/kit/dialog';
import { tell, tellError } from '@/kit/toast';
import { useFresh } from './data';

const key = ['field-templates'];

/** 档案模板: ready sets of fields for a trade; off again loses no value. */
export function Templates() {
  const t = useWord();
  const client = useQueryClient();
  const fresh = useFresh();
  const [busy, setBusy] = useState('');
  const { data } = useQuery({ queryKey: key, queryFn: async () => (await get<Items<OwnTemplate>>('/field-templates/customer')).items });
  const turn = async (x: OwnTemplate, on: boolean) => {
    if (
      !on &&
      !(await confirm(t('field.ask.template_off', { label: x.label }), t('field.ask.template_off_text'), t('field.verb.template_off')))
    )
      return;
    setBusy(x.code);
    try {
      await post(`/field-templates/customer/${x.code}/${on ? 'apply' : 'retire'}`, { kinds: x.kinds, industries: x.industries });
      await Promise.all([client.invalidateQueries({ queryKey: key }), fresh()]);
      tell(t(on ? 'field.state.template_on' : 'field.state.template_off', { label: x.label }));
    } catch (e) {
      tellError(e);
    } finally {
      setBusy('');
    }
  };
  if (!data?.length) return null;
  return (
    <section className="card own-card">
      <h2>{t('field.label.templates')}</h2>
      <p className="field-help">{t('field.hint.templates')}</p>
      <ul className="rows">
        {data.map((x) => (
          <li key={x.code} className="own-row">
            <span className="own-icon" aria-hidden="true">
              <LayoutTemplate size={16} strokeWidth={1.75} />
            </span>
            <span className="sp cut">
              <b className="cut">{x.label}</b>
              <small className="cut" title={x.fields.join(t('app.sign.list'))}>
                {t('field.label.count_of', { count: x.fields.length })} · {x.fields.join(t('app.sign.list'))}
              </small>
            </span>
            {x.state !== 'off' && (
              <Chip tone={x.state === 'on' ? 'green' : 'amber'}>
                {t(x.state === 'on' ? 'field.view.template_on' : 'field.view.template_part')}
              </Chip>
            )}
            {x.state !== 'on' && (
              <Button size="sm" busy={busy === x.code} onClick={() => void turn(x, true)}>
                {t('field.verb.template_on')}
              </Button>
            )}
            {x.state !== 'off' && (
              <Button size="sm" look="ghost" busy={busy === x.code} onClick={() => void turn(x, false)}>
                {t('field.verb.template_off')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
