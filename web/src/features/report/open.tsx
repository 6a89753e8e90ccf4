import { Link, useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ReportFigure, ReportUnit } from '@/api/types';
import { say } from './figures';
import type { Narrow } from './narrow';

const LISTS: Record<string, string> = {
  customer: '/customers',
  order: '/orders',
  follow_up: '/follow-ups',
  need: '/needs',
  feedback: '/feedback',
};

/** Where the rows behind a figure stand: the list narrowed to exactly them. */
export function listOf(
  subject: string,
  figure: ReportFigure | undefined,
  name: string,
): { to: string; search: Record<string, unknown> } | null {
  const to = LISTS[subject];
  if (!to || !figure?.list) return null;
  const r: Narrow = { name, filter: JSON.parse(figure.list) as object };
  // needs and feedback open with what is not done: a figure counts all
  return { to, search: subject === 'need' || subject === 'feedback' ? { view: 'all', r } : { r } };
}

export function useListOf() {
  const router = useRouter();
  return (subject: string, figure: ReportFigure | undefined, name: string) => {
    const at = listOf(subject, figure, name);
    return at && at.to in router.routesByPath ? at : null;
  };
}

/** Opens the list behind a figure; plain where no list holds it. */
export function Behind({
  subject,
  figure,
  name,
  className,
  title,
  children,
}: {
  subject: string;
  figure: ReportFigure | undefined;
  name: string;
  className?: string;
  title?: string;
  children: ReactNode;
}) {
  const at = useListOf()(subject, figure, name);
  if (!at)
    return (
      <span className={className} title={title}>
        {children}
      </span>
    );
  return (
    <Link to={at.to as '/'} search={at.search as never} preload={false} className={className} title={title}>
      {children}
    </Link>
  );
}

export function FigureLink({
  subject,
  figure,
  name,
  unit,
}: {
  subject: string;
  figure: ReportFigure | undefined;
  name: string;
  unit: ReportUnit;
}) {
  return (
    <Behind subject={subject} figure={figure} name={name} className={figure?.list ? 'tn fig' : 'tn'}>
      {say(unit, figure?.value)}
    </Behind>
  );
}
