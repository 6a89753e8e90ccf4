import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { ChevronRight, Contact, KeyRound, Languages, LogOut, MonitorSmartphone, MoonStar, Smartphone } from 'lucide-react';
import { get, remove } from '@/api/client';
import { useMay, useMe } from '@/api/shared';
import type { Device, Items } from '@/api/types';
import { full, relative } from '@/app/dates';
import { Page } from '@/app/page';
import { managing, serving, useChangeLanguage } from '@/app/shell';
import { openIt, toggleTheme, useUI } from '@/app/ui';
import { language, useWord } from '@/app/words';
import { Preferences } from '@/features/notice/preferences';
import { Button } from '@/kit/button';
import { Avatar, Chip } from '@/kit/chips';
import { Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';
import { signOut } from './memenu';

/** 我的: on the phone also the way to what the side bar holds. */
export default function MePage() {
  const t = useWord();
  const me = useMe();
  const may = useMay();
  const client = useQueryClient();
  const navigate = useNavigate();
  const theme = useUI((s) => s.theme);
  const changeLanguage = useChangeLanguage();
  return (
    <Page title={t('app.nav.me')} narrow>
      <div className="page-b form">
        <section className="card row">
          <Avatar name={me.name} size={44} />
          <div className="sp">
            <b className="strong">{me.name}</b>
            <br />
            <small>
              {me.login} · {me.department?.name ?? me.company} · {me.roles.map((r) => r.name).join(t('app.sign.list'))}
            </small>
          </div>
        </section>
        <section className="card rows-card only-phone">
          {may('contact.read') && <Row to="/contacts" icon={<Contact size={17} />} name={t('app.nav.contacts')} />}
          {serving
            .filter((p) => !p.may || may(p.may))
            .map((p) => (
              <Row key={p.to} to={p.to} icon={<p.icon size={17} />} name={t(p.name)} />
            ))}
          {managing
            .filter((m) => !m.may || may(m.may))
            .map((m) => (
              <Row key={m.to} to={m.to} icon={<m.icon size={17} />} name={t(m.name)} />
            ))}
        </section>
        <section className="card rows-card">
          <button type="button" onClick={() => openIt({ what: 'password' })}>
            <KeyRound size={17} />
            <span>{t('session.verb.change_password')}</span>
            <ChevronRight size={16} className="mut" />
          </button>
          <button type="button" onClick={changeLanguage}>
            <Languages size={17} />
            <span>{t('app.label.language')}</span>
            <small>{language() === 'en' ? 'English' : t('app.label.chinese')}</small>
          </button>
          <button type="button" onClick={toggleTheme}>
            <MoonStar size={17} />
            <span>{t('app.label.theme')}</span>
            <small>{t(theme === 'dark' ? 'app.label.dark' : 'app.label.light')}</small>
          </button>
          <button type="button" onClick={() => void signOut(client, navigate)}>
            <LogOut size={17} />
            <span>{t('session.verb.sign_out')}</span>
          </button>
        </section>
        <Preferences />
        <Devices />
      </div>
    </Page>
  );
}

function Row({ to, icon, name }: { to: string; icon: React.ReactNode; name: string }) {
  return (
    <Link to={to}>
      {icon}
      <span>{name}</span>
      <ChevronRight size={16} className="mut" />
    </Link>
  );
}

function Devices() {
  const t = useWord();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({ queryKey: ['sessions'], queryFn: async () => (await get<Items<Device>>('/sessions')).items });
  const end = useMutation({
    mutationFn: (id: string) => remove(`/sessions/${id}`),
    onSuccess: () => {
      tell(t('session.state.ended'));
      void client.invalidateQueries({ queryKey: ['sessions'] });
    },
    onError: tellError,
  });
  return (
    <section className="card">
      <h2>{t('session.title.sessions')}</h2>
      <p className="field-help" style={{ margin: '-6px 0 8px' }}>
        {t('session.hint.sessions')}
      </p>
      {error ? (
        <Failed error={error} retry={() => void refetch()} small />
      ) : !data ? (
        <Lines count={2} />
      ) : (
        <ul className="rows">
          {data.map((d) => (
            <li key={d.id}>
              {/Mobile|Android|iPhone/.test(d.agent) ? (
                <Smartphone size={18} className="mut" />
              ) : (
                <MonitorSmartphone size={18} className="mut" />
              )}
              <div className="sp cut">
                <b className="cut">{device(d.agent)}</b>
                <small className="tn" title={full(d.seen_at)}>
                  {d.address} · {t('session.label.seen', { when: relative(d.seen_at) })}
                </small>
              </div>
              {d.current ? (
                <Chip tone="green">{t('session.label.current')}</Chip>
              ) : (
                <Button size="sm" onClick={() => end.mutate(d.id)}>
                  {t('session.verb.end')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
function device(agent: string): string {
  const browser = /(Edg|Chrome|Firefox|MicroMessenger|DingTalk|Safari)\/?[\d.]*/
    .exec(agent)?.[1]
    ?.replace('Edg', 'Edge')
    .replace('MicroMessenger', 'WeChat');
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(agent)?.[1]?.replace('Mac OS X', 'macOS');
  return [browser, system].filter(Boolean).join(' · ') || agent || '—';
}
