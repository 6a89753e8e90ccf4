import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useState } from 'react';
import type { BuiltInField, PersonalField } from '@/api/types';
import { useWord } from '@/app/words';
import { download } from '@/features/export/download';
import { Button } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { Failed, Lines } from '@/kit/states';
import { tellError } from '@/kit/toast';
import { FieldWordSheet } from './builtin';
import { builtInQuery, personalQuery, RECORDS } from './data';

/** 个人信息字段清单: as it is shown to whoever asks what is kept of people, and why. */
export function Personal() {
  const t = useWord();
  const { data, error, refetch } = useQuery(personalQuery());
  const { data: builtIn } = useQuery(builtInQuery());
  const [open, setOpen] = useState<BuiltInField | null>(null);
  const take = (format: 'xlsx' | 'csv') => void download(`/personal-fields/sheet?format=${format}`).catch(tellError);
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Lines count={10} />;
  return (
    <>
      <div className="row wrap">
        <p className="field-help sp">{t('register.hint.page')}</p>
        <Button size="sm" icon={<Download size={14} />} onClick={() => take('xlsx')}>
          Excel
        </Button>
        <Button size="sm" icon={<Download size={14} />} onClick={() => take('csv')}>
          CSV
        </Button>
      </div>
      {RECORDS.filter((r) => data.some((e) => e.record === r)).map((r) => (
        <section key={r} className="card own-card">
          <h2>
            {t(`register.record.${r}`)}
            <small className="tn">{data.filter((e) => e.record === r).length}</small>
          </h2>
          <ul className="rows">
            {data
              .filter((e) => e.record === r)
              .map((e) => (
                <Line key={e.name} entry={e} edit={() => setOpen(builtIn?.find((f) => f.id === `${e.record}.${e.name}`) ?? null)} />
              ))}
          </ul>
        </section>
      ))}
      {open && <FieldWordSheet key={open.id} field={open} onClose={() => setOpen(null)} />}
    </>
  );
}

function Line({ entry: e, edit }: { entry: PersonalField; edit: () => void }) {
  const t = useWord();
  const list = (names: string[]) => names.join(t('app.sign.list'));
  const what = [
    e.purpose || t('register.state.no_purpose'),
    e.basis ? t(`register.basis.${e.basis as 'contract'}`) : t('register.state.no_basis'),
    e.retention_months ? t('register.retention.months', { count: e.retention_months }) : t('register.retention.record'),
  ];
  const whom = [
    e.seen.length ? t('register.label.seen', { roles: list(e.seen) }) : '',
    e.masked.length ? t('register.label.masked', { roles: list(e.masked) }) : '',
  ].filter(Boolean);
  return (
    <li className="own-row">
      <div className="sp" style={{ minWidth: 0 }}>
        {e.own ? (
          <b>{e.label}</b>
        ) : (
          <button type="button" className="link" onClick={edit}>
            <b>{e.label}</b>
          </button>
        )}
        <p className="tx2" style={{ fontSize: 13 }}>
          {what.join(' · ')}
        </p>
        <p className="mut" style={{ fontSize: 12 }}>
          {whom.join(' · ')}
        </p>
      </div>
      <Chip tone={e.class === 'sensitive' ? 'violet' : 'blue'}>{t(`register.class.${e.class}`)}</Chip>
      {e.sealed && e.class !== 'sensitive' && <Chip>{t('register.sealed.yes')}</Chip>}
    </li>
  );
}
