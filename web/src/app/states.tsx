import { Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { Empty, Failed } from '@/kit/states';
import { useWord } from './words';

export function NotFound() {
  const t = useWord();
  return (
    <main className="alone">
      <Empty alone icon={Compass} title={t('app.state.no_page')} hint={t('app.state.no_page_hint')}>
        <Link to="/" className="btn primary">
          {t('app.verb.go_home')}
        </Link>
      </Empty>
    </main>
  );
}
export const RouteFailed = ({ error, reset }: { error: unknown; reset: () => void }) => (
  <Failed
    alone
    error={error}
    retry={() => {
      reset();
      location.reload();
    }}
  />
);
