import '@/styles/preset.css';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { get, post } from '@/api/client';
import type { components } from '@/api/schema.gen';
import type { Items } from '@/api/types';
import { Page } from '@/app/page';
import { language, useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { Check } from '@/kit/inputs';
import { Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';

type Preset = components['schemas']['PresetPreset'];

/** Ways to set a company up: compared item by item, then applied whole or in part. */
export default function Presets() {
  const t = useWord();
  const { data, error, refetch } = useQuery({
    queryKey: ['presets', language()],
    queryFn: async ({ signal }) => (await get<Items<Preset>>('/presets', undefined, signal)).items,
    staleTime: 0,
  });
  return (
    <Page narrow title={t('preset.title.page')}>
      <div className="page-b col">
        <p className="field-help">{t('preset.hint.page')}</p>
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : !data ? (
          <Lines count={5} height={92} />
        ) : (
          data.map((p) => <Card key={p.code + p.differs} p={p} />)
        )}
      </div>
    </Page>
  );
}

function Card({ p }: { p: Preset }) {
  const t = useWord();
  const client = useQueryClient();
  const others = p.items.filter((x) => !x.same);
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [chosen, setChosen] = useState<string[]>(others.map((x) => x.key));
  const apply = async () => {
    setBusy(true);
    try {
      await post(`/presets/${p.code}/apply`, chosen.length === others.length ? {} : { only: chosen });
      await client.invalidateQueries();
      tell(t('preset.state.applied', { name: p.label }));
    } catch (e) {
      tellError(e);
      setBusy(false);
    }
  };
  return (
    <section className="card preset" aria-label={p.label}>
      <header className="row wrap">
        <h2>{p.label}</h2>
        <Chip tone={p.differs ? 'amber' : 'green'}>
          {p.differs ? t('preset.label.differs', { count: p.differs }) : t('preset.label.same')}
        </Chip>
        <span className="sp" />
        {p.differs > 0 && (
          <Button size="sm" aria-expanded={open} onClick={() => setOpen(!open)}>
            {t('preset.verb.compare')}
          </Button>
        )}
      </header>
      <p className="mut">{p.about}</p>
      {open && (
        <>
          <ul>
            <li className="head" aria-hidden="true">
              <span />
              <small>{t('preset.label.now')}</small>
              <small>{t('preset.label.then')}</small>
            </li>
            {others.map((x) => (
              <li key={x.key}>
                <Check
                  checked={chosen.includes(x.key)}
                  onChange={(on) => setChosen(on ? [...chosen, x.key] : chosen.filter((k) => k !== x.key))}
                >
                  <small className="mut">{t(`preset.kind.${x.kind}`)}</small> {x.label}
                </Check>
                <span className="tn mut">{x.now ?? '—'}</span>
                <span className="tn">{x.kind === 'role' || x.kind === 'report' ? t('preset.label.adds') : x.then}</span>
              </li>
            ))}
          </ul>
          <footer className="row">
            <span className="sp" />
            <Button look="primary" busy={busy} disabled={!chosen.length} onClick={() => void apply()}>
              {chosen.length === others.length ? t('preset.verb.apply') : t('preset.verb.apply_some', { count: chosen.length })}
            </Button>
          </footer>
        </>
      )}
    </section>
  );
}
