import { KeyRound } from 'lucide-react';
import { Page } from '@/app/page';
import { openIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { Devices } from './devices';
import { SecondFactor } from './factor';
import { Tokens } from './tokens';

/** 我的安全: the password, the second step, where one is signed in, and what one's programs may. */
export default function SecurityPage() {
  const t = useWord();
  return (
    <Page
      narrow
      title={t('door.title.mine')}
      actions={
        <Button icon={<KeyRound size={15} />} onClick={() => openIt({ what: 'password' })}>
          {t('session.verb.change_password')}
        </Button>
      }
    >
      <div className="page-b form">
        <SecondFactor />
        <section className="card col">
          <h2>{t('session.title.sessions')}</h2>
          <p className="field-help">{t('session.hint.sessions')}</p>
          <Devices />
        </section>
        <Tokens />
      </div>
    </Page>
  );
}
