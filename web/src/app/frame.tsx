import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { dictionariesQuery, fieldsQuery, pipelinesQuery, sessionQuery, setupQuery } from '@/api/shared';
import { setZone } from './dates';
import { Shell } from './shell';
import { NotFound } from './states';

/** What stands around every page: the door, and the shell of who came in. */
export const root = createRootRouteWithContext<{ client: QueryClient }>()({ component: Outlet, notFoundComponent: NotFound });

export const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  validateSearch: (s: Record<string, unknown>): { token?: string } => ({ token: typeof s.token === 'string' ? s.token : undefined }),
  component: lazyRouteComponent(() => import('@/features/session/setup')),
});
export const signIn = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: (s: Record<string, unknown>): { next?: string } => ({
    next: typeof s.next === 'string' && /^\/(?!\/)/.test(s.next) ? s.next : undefined,
  }),
  component: lazyRouteComponent(() => import('@/features/session/signin')),
});
export const newPassword = createRoute({
  getParentRoute: () => root,
  path: '/password',
  component: lazyRouteComponent(() => import('@/features/session/mustchange')),
});

export const enrol = createRoute({
  getParentRoute: () => root,
  path: '/enrol',
  component: lazyRouteComponent(() => import('@/features/security/enrol')),
});

export const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  beforeLoad: async ({ context, location }) => {
    const session = await context.client.ensureQueryData(sessionQuery).catch((e: { status?: number }) => {
      if (e.status === 401) return null;
      throw e;
    });
    if (!session) {
      const state = await context.client.ensureQueryData(setupQuery).catch(() => null);
      if (state?.needed) throw redirect({ to: '/setup', search: { token: undefined } });
      throw redirect({ to: '/login', search: { next: location.href === '/' ? undefined : location.href } });
    }
    if (session.must_change_password) throw redirect({ to: '/password' });
    if (session.must_enrol) throw redirect({ to: '/enrol' });
    setZone(session.user.timezone);
    if (session.user.permissions.includes('customer.read'))
      for (const words of [fieldsQuery('customer'), dictionariesQuery(), pipelinesQuery()])
        void context.client.prefetchQuery(words as never);
  },
  component: Shell,
});
