import { Page } from '@/app/page';
import { useWord } from '@/app/words';
import { Logo } from './logo';
import { Settings } from './settings';

/** Who the company is, and the numbers by which the house measures: days, hours, how many a day. */
export default function CompanyPage() {
  const t = useWord();
  return (
    <Page narrow title={t('setting.title.company')}>
      <div className="page-b form">
        <Settings group="company" hint={t('setting.hint.company')} />
        <Logo />
        {['customer', 'key_changes', 'followup', 'quality', 'duplicate', 'reveal', 'archive', 'audit'].map((group) => (
          <Settings key={group} group={group} />
        ))}
      </div>
    </Page>
  );
}
