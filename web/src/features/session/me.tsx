import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { ChevronRight, CircleHelp, Contact, KeyRound, Languages, LogOut, MoonStar, ShieldCheck } from 'lucide-react';
import { useMay, useMe } from '@/api/shared';
import { Page } from '@/app/page';
import { managing, serving, useChangeLanguage } from '@/app/shell';
import { openIt, toggleTheme, useUI } from '@/app/ui';
import { language, useWord } from '@/app/words';
import { Preferences } from '@/features/notice/preferences';
import { Avatar } from '@/kit/chips';
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
          <Row to="/me/security" icon={<ShieldCheck size={17} />} name={t('door.title.mine')} />
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
          <Row to="/help" icon={<CircleHelp size={17} />} name={t('help.title')} />
          <button type="button" onClick={() => void signOut(client, navigate)}>
            <LogOut size={17} />
            <span>{t('session.verb.sign_out')}</span>
          </button>
        </section>
        <Preferences />
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
