import type { ReactNode } from 'react';

export function Page({
  title,
  sub,
  actions,
  children,
  flush,
  narrow,
}: {
  title: ReactNode;
  sub?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  flush?: boolean;
  narrow?: boolean;
}) {
  return (
    <div className={['page', flush && 'flush', narrow && 'narrow'].filter(Boolean).join(' ')}>
      <header className="page-h">
        <h1>{title}</h1>
        {sub && <span className="mut cut tn">{sub}</span>}
        <span className="sp" />
        {actions}
      </header>
      {children}
    </div>
  );
}
