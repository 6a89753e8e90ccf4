import { useMe } from '@/api/shared';
import { closeIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { Sheet } from '@/kit/sheet';
import { tell } from '@/kit/toast';
import { PasswordForm } from './passwordform';

export default function PasswordSheet() {
  const t = useWord();
  const me = useMe();
  return (
    <Sheet title={t('session.verb.change_password')} onClose={closeIt}>
      <PasswordForm
        login={me.login}
        done={() => {
          closeIt();
          tell(t('session.state.password_changed'));
        }}
      />
    </Sheet>
  );
}
