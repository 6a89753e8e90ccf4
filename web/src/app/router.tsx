import type { QueryClient } from '@tanstack/react-query';
import { createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { sessionQuery } from '@/api/shared';
import { archiveSearch } from '@/features/archive/data';
import { customerQuery, listQuery } from '@/features/customer/query';
import { qualitySearch } from '@/features/quality/data';
import { type CustomAsk, reportSearch } from '@/features/report/search';
import { adminRoutes } from './adminroutes';
import { app, enrol, newPassword, root, setup, signIn } from './frame';
import { keyChangesSearch, listSearch, noticesSearch, recordSearch, suspectsSearch } from './listsearch';
import { NotFound, RouteFailed } from './states';

/** The site map. */
const home = createRoute({ getParentRoute: () => app, path: '/', component: lazyRouteComponent(() => import('@/features/home/home')) });
const tasks = createRoute({
  getParentRoute: () => app,
  path: '/tasks',
  validateSearch: (s: Record<string, unknown>): { view?: string; as?: string; on?: string } => ({
    view: typeof s.view === 'string' ? s.view : undefined,
    as: typeof s.as === 'string' ? s.as : undefined,
    on: typeof s.on === 'string' ? s.on : undefined,
  }),
  component: lazyRouteComponent(() => import('@/features/task/tasks')),
});
const customers = createRoute({
  getParentRoute: () => app,
  path: '/customers',
  validateSearch: listSearch,
  loaderDeps: ({ search }) => search,
  // asked for while the page itself is still on its way
  loader: ({ context, deps }) => {
    const me = context.client.getQueryData(sessionQuery.queryKey)?.user.id;
    if (me) void context.client.prefetchQuery(listQuery(deps, me));
  },
  component: lazyRouteComponent(() => import('@/features/customer/list')),
});
const customer = createRoute({
  getParentRoute: () => app,
  path: '/customers/$id',
  loader: ({ context, params }) => {
    void context.client.prefetchQuery(customerQuery(params.id));
    void import('@/features/customer/panorama').then((m) => context.client.prefetchQuery(m.panoramaQuery(context.client, params.id)));
  },
  validateSearch: (s: Record<string, unknown>): { tab?: string } => ({ tab: typeof s.tab === 'string' ? s.tab : undefined }),
  component: lazyRouteComponent(() => import('@/features/customer/page')),
});
const mergeTwo = createRoute({
  getParentRoute: () => app,
  path: '/customers/$id/merge',
  validateSearch: (s: Record<string, unknown>): { other?: string } => ({ other: typeof s.other === 'string' ? s.other : undefined }),
  component: lazyRouteComponent(() => import('@/features/merge/page')),
});
const contacts = createRoute({
  getParentRoute: () => app,
  path: '/contacts',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('@/features/contact/list')),
});
const needs = createRoute({
  getParentRoute: () => app,
  path: '/needs',
  validateSearch: recordSearch,
  component: lazyRouteComponent(() => import('@/features/service/needs')),
});
const feedback = createRoute({
  getParentRoute: () => app,
  path: '/feedback',
  validateSearch: recordSearch,
  component: lazyRouteComponent(() => import('@/features/service/feedback')),
});
const orders = createRoute({
  getParentRoute: () => app,
  path: '/orders',
  validateSearch: recordSearch,
  component: lazyRouteComponent(() => import('@/features/order/list')),
});
const archive = createRoute({
  getParentRoute: () => app,
  path: '/archive',
  validateSearch: archiveSearch,
  component: lazyRouteComponent(() => import('@/features/archive/list')),
});
const segments = createRoute({
  getParentRoute: () => app,
  path: '/segments',
  component: lazyRouteComponent(() => import('@/features/segment/list')),
});
const segment = createRoute({
  getParentRoute: () => app,
  path: '/segments/$id',
  validateSearch: (s: Record<string, unknown>): { state?: 'left' } => ({ state: s.state === 'left' ? 'left' : undefined }),
  component: lazyRouteComponent(() => import('@/features/segment/page')),
});
const followUps = createRoute({
  getParentRoute: () => app,
  path: '/follow-ups',
  validateSearch: recordSearch,
  component: lazyRouteComponent(() => import('@/features/followup/list')),
});
const reports = createRoute({
  getParentRoute: () => app,
  path: '/reports',
  component: lazyRouteComponent(() => import('@/features/report/reports')),
});
const newReport = createRoute({
  getParentRoute: () => app,
  path: '/reports/new',
  validateSearch: (s: Record<string, unknown>): { ask?: Partial<CustomAsk>; saved?: string } => ({
    ask: typeof s.ask === 'object' && s.ask ? (s.ask as Partial<CustomAsk>) : undefined,
    saved: typeof s.saved === 'string' ? s.saved : undefined,
  }),
  component: lazyRouteComponent(() => import('@/features/report/custom')),
});
const keptReport = createRoute({
  getParentRoute: () => app,
  path: '/reports/kept/$id',
  component: lazyRouteComponent(() => import('@/features/report/kept')),
});
const mailings = createRoute({
  getParentRoute: () => app,
  path: '/reports/mailings',
  component: lazyRouteComponent(() => import('@/features/mailing/list')),
});
const report = createRoute({
  getParentRoute: () => app,
  path: '/reports/$code',
  validateSearch: reportSearch,
  component: lazyRouteComponent(() => import('@/features/report/standard')),
});
const quality = createRoute({
  getParentRoute: () => app,
  path: '/quality',
  validateSearch: qualitySearch,
  component: lazyRouteComponent(() => import('@/features/quality/page')),
});
const reviews = createRoute({
  getParentRoute: () => app,
  path: '/reviews',
  validateSearch: (s: Record<string, unknown>): { state?: 'open' | 'closed' } => ({
    state: s.state === 'open' || s.state === 'closed' ? s.state : undefined,
  }),
  component: lazyRouteComponent(() => import('@/features/review/list')),
});
const review = createRoute({
  getParentRoute: () => app,
  path: '/reviews/$id',
  component: lazyRouteComponent(() => import('@/features/review/page')),
});
const winBacks = createRoute({
  getParentRoute: () => app,
  path: '/win-backs',
  validateSearch: (s: Record<string, unknown>): { owner?: 'all' } => ({ owner: s.owner === 'all' ? 'all' : undefined }),
  component: lazyRouteComponent(() => import('@/features/winback/list')),
});
const imports = createRoute({
  getParentRoute: () => app,
  path: '/imports',
  component: lazyRouteComponent(() => import('@/features/sheets/imports')),
});
const newImport = createRoute({
  getParentRoute: () => app,
  path: '/imports/new',
  validateSearch: (s: Record<string, unknown>): { target?: string } => ({ target: typeof s.target === 'string' ? s.target : undefined }),
  component: lazyRouteComponent(() => import('@/features/sheets/upload')),
});
const oneImport = createRoute({
  getParentRoute: () => app,
  path: '/imports/$id',
  component: lazyRouteComponent(() => import('@/features/sheets/import')),
});
const suspects = createRoute({
  getParentRoute: () => app,
  path: '/suspects',
  validateSearch: suspectsSearch,
  component: lazyRouteComponent(() => import('@/features/duplicate/suspects')),
});
const keyChanges = createRoute({
  getParentRoute: () => app,
  path: '/key-changes',
  validateSearch: keyChangesSearch,
  component: lazyRouteComponent(() => import('@/features/keychange/page')),
});
const notices = createRoute({
  getParentRoute: () => app,
  path: '/notices',
  validateSearch: noticesSearch,
  component: lazyRouteComponent(() => import('@/features/notice/page')),
});
const openNotice = createRoute({
  getParentRoute: () => app,
  path: '/notices/open/$kind/$id',
  component: lazyRouteComponent(() => import('@/features/notice/go')),
});
const help = createRoute({
  getParentRoute: () => app,
  path: '/help',
  component: lazyRouteComponent(() => import('@/features/help/page')),
});
const me = createRoute({ getParentRoute: () => app, path: '/me', component: lazyRouteComponent(() => import('@/features/session/me')) });
const mySecurity = createRoute({
  getParentRoute: () => app,
  path: '/me/security',
  component: lazyRouteComponent(() => import('@/features/security/page')),
});

export const makeRouter = (client: QueryClient) =>
  createRouter({
    routeTree: root.addChildren([
      setup,
      signIn,
      newPassword,
      enrol,
      app.addChildren([
        home,
        tasks,
        customers,
        customer,
        contacts,
        needs,
        feedback,
        orders,
        archive,
        segments,
        segment,
        followUps,
        reports,
        keptReport,
        mailings,
        newReport,
        report,
        quality,
        reviews,
        review,
        winBacks,
        suspects,
        keyChanges,
        mergeTwo,
        imports,
        newImport,
        oneImport,
        notices,
        openNotice,
        me,
        mySecurity,
        help,
        ...adminRoutes,
      ]),
    ]),
    context: { client },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    scrollToTopSelectors: ['#main'],
    defaultErrorComponent: RouteFailed,
    defaultNotFoundComponent: NotFound,
    notFoundMode: 'root',
  });
declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
