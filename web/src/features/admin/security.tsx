import { useMay } from '@/api/shared';
import { Page } from '@/app/page';
import { useWord } from '@/app/words';
import { AllTokens } from '@/features/security/tokens';
import { Settings } from './settings';

/** 登录安全: the company's rules of signing in, and what everybody's programs may. */
export default function SecurityPage() {
  const t = useWord();
  const may = useMay();
  return (
    <Page narrow title={t('door.title.security')}>
      <div className="page-b form">
        <Settings group="sign_in" />
        {may('token.manage') && <AllTokens />}
      </div>
    </Page>
  );
}
