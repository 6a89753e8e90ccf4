import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Bell as BellIcon, BellOff } from 'lucide-react';
import { post } from '@/api/client';
import { dayOf, today } from '@/app/dates';
import { useWord } from '@/app/words';
import { Button, IconButton } from '@/kit/button';
import { Pop } from '@/kit/float';
import { Empty, Failed, Lines } from '@/kit/states';
import { tellError } from '@/kit/toast';
import { panelQuery, useOpenNotice, useUnread } from './data';
import { NoticeLine } from './line';

/** The bell of the top bar: how many wait, live; pressed, it shows them. */
export function Bell() {
  const t = useWord();
  const unread = useUnread();
  const count = unread?.count ?? 0;
  const shown = unread?.capped ? '99+' : String(count);
  return (
    <Pop
      align="end"
      className="notices-pop"
      label={t('notice.title.notices')}
      button={(toggle, open) => (
        <span className="bell">
          <IconButton
            label={count ? t('notice.label.unread', { n: shown }) : t('notice.title.notices')}
            aria-expanded={open}
            aria-haspopup="dialog"
            onClick={toggle}
          >
            <BellIcon size={16} strokeWidth={1.75} />
          </IconButton>
          {count > 0 && (
            <em className="tn" aria-hidden="true">
              {shown}
            </em>
          )}
        </span>
      )}
    >
      {(close) => <Panel close={close} />}
    </Pop>
  );
}

function Panel({ close }: { close: () => void }) {
  const t = useWord();
  const client = useQueryClient();
  const open = useOpenNotice();
  const { data, error, refetch } = useQuery(panelQuery);
  const readAll = () => post('/notices/read-all').then(() => client.invalidateQueries({ queryKey: ['notices'] }), tellError);
  const now = data?.items.filter((n) => dayOf(n.shown_at ?? n.raised_at) === today()) ?? [];
  const earlier = data?.items.filter((n) => !now.includes(n)) ?? [];
  return (
    <>
      <header className="row">
        <h2 className="sp">{t('notice.title.notices')}</h2>
        <Button size="sm" look="ghost" disabled={!data?.unread.count} onClick={() => void readAll()}>
          {t('notice.verb.read_all')}
        </Button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard scrolls it */}
      <section className="notices-in" tabIndex={0} aria-label={t('notice.title.notices')}>
        {error ? (
          <Failed error={error} retry={() => void refetch()} small />
        ) : !data ? (
          <Lines count={4} height={48} />
        ) : !data.items.length ? (
          <Empty icon={BellOff} title={t('notice.empty.title')} hint={t('notice.empty.hint')} small />
        ) : (
          [['app.day.today', now] as const, ['notice.label.earlier', earlier] as const].map(
            ([name, all]) =>
              all.length > 0 && (
                <section key={name}>
                  <h3>{t(name)}</h3>
                  <ul>
                    {all.map((n) => (
                      <NoticeLine
                        key={n.id}
                        notice={n}
                        onOpen={() => {
                          close();
                          open(n);
                        }}
                      />
                    ))}
                  </ul>
                </section>
              ),
          )
        )}
      </section>
      <footer>
        <Link to="/notices" search={{}} onClick={close}>
          {t('notice.verb.all')}
        </Link>
        <Link to="/me" onClick={close}>
          {t('notice.title.preferences')}
        </Link>
      </footer>
    </>
  );
}
