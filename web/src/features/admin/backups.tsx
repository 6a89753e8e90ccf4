import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Archive, DatabaseBackup, Download } from 'lucide-react';
import { get, post } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { full } from '@/app/dates';
import { count } from '@/app/numbers';
import { Page } from '@/app/page';
import { useWord } from '@/app/words';
import { download } from '@/features/export/download';
import { Button, IconButton } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { Empty, Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';

type Standing = components['schemas']['BackupStanding'];
const key = ['backups'];
const size = (bytes: number) => count(Math.max(1, Math.round(bytes / 1_000_000)));

/** 备份: whether there is one of last night, what is there, and one more by hand. */
export default function Backups() {
  const t = useWord();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: key,
    queryFn: () => get<Standing>('/backups'),
    refetchInterval: 5000,
  });
  const make = async () => {
    try {
      client.setQueryData(key, await post<Standing>('/backups'));
      tell(t('backup.state.asked'));
    } catch (e) {
      tellError(e);
    }
  };
  const take = async (name: string) => {
    try {
      await download(`/backups/file?name=${encodeURIComponent(name)}`);
    } catch (e) {
      tellError(e);
    }
  };
  return (
    <Page
      narrow
      title={t('backup.title')}
      actions={
        data?.here && (
          <Button look="primary" icon={<DatabaseBackup size={15} />} onClick={() => void make()}>
            {t('backup.verb.make')}
          </Button>
        )
      }
    >
      <div className="page-b form">
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : !data ? (
          <Lines count={4} />
        ) : !data.here ? (
          <Empty icon={Archive} title={t('backup.hint.not_here')} />
        ) : (
          <>
            {data.state === 'old' && <div className="notice tone-red">{t('backup.state.old')}</div>}
            {data.trouble && <div className="notice tone-red">{t('backup.hint.trouble', { why: data.trouble })}</div>}
            {!data.recovery_code && <div className="notice tone-amber">{t('backup.hint.no_code')}</div>}
            <section className="card col">
              <div className="row">
                <Chip tone={data.state === 'ok' ? 'green' : data.state === 'old' ? 'red' : 'amber'} dot>
                  {t(`backup.state.${data.state}`)}
                </Chip>
                {data.last && <span className="tx2 tn">{t('backup.label.last', { at: full(data.last) })}</span>}
              </div>
              <p className="field-help">{t('backup.hint.tried')}</p>
              <p className="field-help">{t('backup.hint.away')}</p>
            </section>
            {data.items.length > 0 && (
              <section className="card" aria-label={t('backup.label.list')}>
                <h2>{t('backup.label.list')}</h2>
                <ul className="rows">
                  {data.items.map((b) => (
                    <li key={b.name}>
                      <Archive size={16} className="mut" />
                      <span className="tn">{b.made && full(b.made)}</span>
                      <span className="sp" />
                      <small className="mut tn">{t('backup.label.size', { mb: size(b.bytes) })}</small>
                      <IconButton label={t('backup.verb.take')} onClick={() => void take(b.name)}>
                        <Download size={15} />
                      </IconButton>
                    </li>
                  ))}
                </ul>
              </section>
            )}
          </>
        )}
      </div>
    </Page>
  );
}
