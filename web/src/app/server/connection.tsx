import { useQueryClient } from '@tanstack/react-query';
import { WifiOff } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { tell } from '@/kit/toast';
import { useWord, word } from '../words';
import { reached, useStanding } from './standing';

const Ended = lazy(() => import('@/features/session/ended'));
const AGAIN = 4000;

/** Says that nobody answers, tries again by itself, and looks at everything anew once somebody does. */
export function Connection() {
  const t = useWord();
  const client = useQueryClient();
  const { online, ended } = useStanding();
  const was = useRef(online);
  useEffect(() => {
    const off = () => reached(false);
    const ask = () =>
      fetch('/healthz', { cache: 'no-store' }).then(
        (answer) => reached(answer.ok),
        () => {},
      );
    addEventListener('offline', off);
    addEventListener('online', ask);
    const timer = online ? undefined : setInterval(ask, AGAIN);
    return () => {
      removeEventListener('offline', off);
      removeEventListener('online', ask);
      clearInterval(timer);
    };
  }, [online]);
  useEffect(() => {
    if (online && !was.current) {
      void client.invalidateQueries();
      tell(word('app.state.online'));
    }
    was.current = online;
  }, [online, client]);
  return (
    <>
      {!online && (
        <output className="offline">
          <WifiOff size={15} />
          {t('app.state.offline')}
        </output>
      )}
      {ended && (
        <Suspense fallback={<div className="scrim veil" />}>
          <Ended />
        </Suspense>
      )}
    </>
  );
}
