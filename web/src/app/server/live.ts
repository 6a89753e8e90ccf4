import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { sessionQuery } from '@/api/shared';
import { makeFresh, type Told } from './fresh';

/** How long to wait before the stream is tried again: 1 s, 2 s, 4 s … a minute, and not all pages at once. */
export const pause = (failures: number, chance = Math.random()): number => Math.min(60_000, 1000 * 2 ** failures) * (0.75 + chance / 2);

/**
 * Listens to the server as long as the page is looked at: a browser opens few connections at a time, and pages behind would hold them all.
 * It says whether the stream stands.
 */
export function useLive(): boolean {
  const client = useQueryClient();
  const [live, setLive] = useState(false);
  useEffect(() => {
    let stream: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    const fresh = makeFresh(client);
    const news = () => void client.invalidateQueries({ queryKey: ['notices'] });
    const end = () => {
      clearTimeout(timer);
      stream?.close();
      stream = null;
      setLive(false);
    };
    const begin = () => {
      end();
      if (document.visibilityState !== 'visible' || client.getQueryData(sessionQuery.queryKey)?.look) return; // who looks as a role is told nothing
      stream = new EventSource('/api/v1/events');
      stream.onopen = () => {
        if (failures) void client.invalidateQueries(); // what was told meanwhile
        failures = 0;
        setLive(true);
      };
      stream.onmessage = (e) => {
        const told = JSON.parse(String(e.data)) as Told;
        if (told.topic === 'notice') news();
        else if (told.topic === 'again')
          void client.invalidateQueries(); // the server may have missed what another told
        else fresh.hear(told);
      };
      stream.onerror = () => {
        end();
        timer = setTimeout(begin, pause(failures++));
      };
    };
    const seen = () => {
      if (document.visibilityState !== 'visible') return end();
      news();
      begin();
    };
    begin();
    document.addEventListener('visibilitychange', seen);
    return () => {
      document.removeEventListener('visibilitychange', seen);
      fresh.end();
      end();
    };
  }, [client]);
  return live;
}
