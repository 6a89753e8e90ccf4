import { CloudOff, Lock, type LucideIcon, SearchX } from 'lucide-react';
import type { ReactNode } from 'react';
import { Refused } from '@/api/client';
import { useWord } from '@/app/words';
import { Button } from './button';
import { Skel } from './chips';

/** What is empty, why, and the one thing to do about it. */
export function Empty({
  icon: Icon,
  title,
  hint,
  small,
  alone,
  children,
}: {
  icon: LucideIcon;
  title: string;
  hint?: string;
  small?: boolean;
  /** Nothing else stands on the page: this is its heading. */
  alone?: boolean;
  children?: ReactNode;
}) {
  const Title = alone ? 'h1' : 'h2';
  return (
    <div className={small ? 'empty small' : 'empty page-high'}>
      <div className="empty-art">
        <span />
        <span />
        <b>
          <Icon size={22} strokeWidth={1.75} />
        </b>
      </div>
      <Title className="empty-t">{title}</Title>
      {hint && <p>{hint}</p>}
      {children && <div className="row">{children}</div>}
    </div>
  );
}

/** Plain words for what the server or the network refused; a 404 and a 403 are not failures and say so. */
export function Failed({
  error,
  retry,
  small,
  alone,
  children,
}: {
  error: unknown;
  retry?: () => void;
  small?: boolean;
  alone?: boolean;
  children?: ReactNode;
}) {
  const t = useWord();
  const refused = error instanceof Refused ? error : null;
  const final = refused?.status === 404 || refused?.status === 403;
  const icon = refused?.status === 404 ? SearchX : refused?.status === 403 ? Lock : CloudOff;
  return (
    <Empty
      icon={icon}
      small={small}
      alone={alone}
      title={refused?.problem.title ?? t('error.internal.title')}
      hint={refused?.message ?? t('error.internal.detail')}
    >
      {!final && retry && (
        <Button look="primary" onClick={retry}>
          {t('app.verb.retry')}
        </Button>
      )}
      {children}
      {refused && !final && (refused.problem.id || refused.status > 0) && (
        <code className="code">{refused.problem.id ?? refused.status}</code>
      )}
    </Empty>
  );
}

export function Lines({ count = 4, height = 44 }: { count?: number; height?: number }) {
  return (
    <div className="late-show" aria-hidden="true">
      {Array.from({ length: count }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: shapes without identity
        <div key={i} className="row" style={{ height }}>
          <Skel w={24} h={24} r={12} />
          <Skel w={`${40 + ((i * 23) % 40)}%`} />
        </div>
      ))}
    </div>
  );
}
