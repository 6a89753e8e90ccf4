import '@/styles/archive.css';
import { useQuery } from '@tanstack/react-query';
import { Archive, ArchiveRestore, BookOpenCheck, BookUp, Pencil, Printer } from 'lucide-react';
import { useState } from 'react';
import { post } from '@/api/client';
import { useDictionaries } from '@/api/shared';
import type { ArchiveFile, CustomerRecord } from '@/api/types';
import { asDay } from '@/app/dates';
import { useWord, word } from '@/app/words';
import { askReason } from '@/features/customer/change';
import { Button } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';
import { archiveQuery, useArchiveChanged } from './data';
import { ChangeSheet, LabelSheet, LendSheet } from './sheets';

/** Where the paper is: in its place, or with whom and until when. */
export function Whereabouts({ f }: { f: ArchiveFile }) {
  const t = useWord();
  if (!f.borrower_id) return <span className="tx2">{f.place || '—'}</span>;
  return (
    <span className={f.overdue ? 'overdue' : 'tx2'}>
      {t('archive.label.lent', { name: f.borrower_name ?? '—', day: f.due_on ?? '' })}
      {f.overdue && <b> · {t('archive.label.overdue')}</b>}
    </span>
  );
}

export function useReopen() {
  const changed = useArchiveChanged();
  return async (c: { id: string; version: number }) => {
    const why = await askReason(word('archive.title.reopen'), []);
    if (!why) return;
    try {
      await post(`/customers/${c.id}/reopen`, { reason: why.note }, c.version);
      await changed(c.id);
      tell(word('archive.state.reopened'));
    } catch (e) {
      tellError(e);
    }
  };
}

/** Over the page of an archived customer: its number, where its paper is, the way out, and who borrowed it. */
export function ArchiveBanner({ c }: { c: CustomerRecord }) {
  const t = useWord();
  const words = useDictionaries();
  const reopen = useReopen();
  const changed = useArchiveChanged();
  const { data, error, refetch } = useQuery(archiveQuery(c.id));
  const [sheet, setSheet] = useState<'lend' | 'change' | 'labels' | null>(null);
  if (error) return <Failed error={error} retry={() => void refetch()} small />;
  const f = data?.file;
  if (!data || !f) return <Lines count={2} />;
  const back = async () => {
    try {
      await post(`/archives/${f.id}/return`);
      await changed(c.id);
      tell(t('archive.state.returned'));
    } catch (e) {
      tellError(e);
    }
  };
  const kinds = [
    String(f.year),
    f.category && words.label('archive_category', f.category),
    f.business && words.label('business_type', f.business),
    f.project_type && words.label('project_type', f.project_type),
  ].filter(Boolean);
  const close = () => setSheet(null);
  return (
    <section className="arch" aria-label={t('archive.tab')}>
      <div className="arch-h">
        <Archive size={18} aria-hidden="true" />
        <p>
          <b>{t('archive.label.standing')}</b> <b className="tn">{f.code}</b>
          <small className="tx2">
            {kinds.join(' · ')} · {f.by_name ?? '—'} {asDay(f.archived_at ?? '')}
          </small>
          <small>
            <span className="tx2">
              {t('archive.field.place')} {f.place || '—'}
              {f.borrower_id && ' · '}
            </span>
            {f.borrower_id && <Whereabouts f={f} />}
          </small>
          {f.note && <small className="tx2">{f.note}</small>}
        </p>
        {c.may.archive && (
          <div className="arch-act">
            <Button size="sm" icon={<Pencil size={14} />} onClick={() => setSheet('change')}>
              {t('archive.verb.change')}
            </Button>
            <Button size="sm" icon={<Printer size={14} />} onClick={() => setSheet('labels')}>
              {t('archive.verb.print')}
            </Button>
            <Button size="sm" look="primary" icon={<ArchiveRestore size={14} />} onClick={() => void reopen(c)}>
              {t('archive.verb.reopen')}
            </Button>
          </div>
        )}
      </div>
      <div className="arch-loans">
        <div className="row">
          <h2>{t('archive.title.loans')}</h2>
          <span className="sp" />
          {c.may.archive &&
            (f.borrower_id ? (
              <Button size="sm" icon={<BookOpenCheck size={14} />} onClick={() => void back()}>
                {t('archive.verb.return')}
              </Button>
            ) : (
              <Button size="sm" icon={<BookUp size={14} />} onClick={() => setSheet('lend')}>
                {t('archive.verb.lend')}
              </Button>
            ))}
        </div>
        {data.loans.length ? (
          <ul>
            {data.loans.map((l) => (
              <li key={l.id}>
                <b>{l.borrower_name ?? '—'}</b>
                <span className="cut">{l.purpose}</span>
                <small className="tx2 tn">
                  {asDay(l.lent_at ?? '')} – {l.returned_at ? t('archive.label.returned', { day: asDay(l.returned_at) }) : l.due_on}
                </small>
                {l.overdue && <Chip tone="red">{t('archive.label.overdue')}</Chip>}
              </li>
            ))}
          </ul>
        ) : (
          <p className="tx2">{t('archive.label.noloans')}</p>
        )}
      </div>
      {sheet === 'lend' && <LendSheet file={f} onClose={close} />}
      {sheet === 'change' && <ChangeSheet key={f.version} file={f} onClose={close} />}
      {sheet === 'labels' && <LabelSheet ids={[f.id]} onClose={close} />}
    </section>
  );
}
