import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { viewSearch } from '@/features/fieldrule/view';
import { app } from './frame';
import { auditSearch } from './listsearch';

/** The pages of administrators and auditors. */
const channels = createRoute({
  getParentRoute: () => app,
  path: '/admin/channels',
  component: lazyRouteComponent(() => import('@/features/admin/channels')),
});
const backups = createRoute({
  getParentRoute: () => app,
  path: '/admin/backups',
  component: lazyRouteComponent(() => import('@/features/admin/backups')),
});
const alertRules = createRoute({
  getParentRoute: () => app,
  path: '/admin/alerts',
  component: lazyRouteComponent(() => import('@/features/alert/rules')),
});
const workCalendar = createRoute({
  getParentRoute: () => app,
  path: '/admin/calendar',
  component: lazyRouteComponent(() => import('@/features/alert/calendar')),
});
const security = createRoute({
  getParentRoute: () => app,
  path: '/admin/security',
  component: lazyRouteComponent(() => import('@/features/admin/security')),
});
const people = createRoute({
  getParentRoute: () => app,
  path: '/admin/people',
  validateSearch: (s: Record<string, unknown>): { q?: string } => ({ q: typeof s.q === 'string' ? s.q : undefined }),
  component: lazyRouteComponent(() => import('@/features/admin/people')),
});
const roles = createRoute({
  getParentRoute: () => app,
  path: '/admin/roles',
  component: lazyRouteComponent(() => import('@/features/role/roles')),
});
const compareRoles = createRoute({
  getParentRoute: () => app,
  path: '/admin/roles/compare',
  validateSearch: (s: Record<string, unknown>): { ids?: string[] } => ({
    ids: Array.isArray(s.ids) ? [...new Set(s.ids.filter((x) => typeof x === 'string'))].slice(0, 3) : undefined,
  }),
  component: lazyRouteComponent(() => import('@/features/role/comparepage')),
});
const dictionaries = createRoute({
  getParentRoute: () => app,
  path: '/admin/dictionaries',
  validateSearch: (s: Record<string, unknown>): { code?: string } => ({ code: typeof s.code === 'string' ? s.code : undefined }),
  component: lazyRouteComponent(() => import('@/features/admin/dictionaries')),
});
const ownFields = createRoute({
  getParentRoute: () => app,
  path: '/admin/fields',
  validateSearch: (s: Record<string, unknown>): { of?: string } => ({ of: typeof s.of === 'string' ? s.of : undefined }),
  component: lazyRouteComponent(() => import('@/features/field/page')),
});
const company = createRoute({
  getParentRoute: () => app,
  path: '/admin/company',
  component: lazyRouteComponent(() => import('@/features/admin/company')),
});
const presets = createRoute({
  getParentRoute: () => app,
  path: '/admin/presets',
  component: lazyRouteComponent(() => import('@/features/admin/presets')),
});
const fieldRules = createRoute({
  getParentRoute: () => app,
  path: '/admin/field-rules',
  validateSearch: viewSearch,
  component: lazyRouteComponent(() => import('@/features/fieldrule/page')),
});
const numbering = createRoute({
  getParentRoute: () => app,
  path: '/admin/numbering',
  component: lazyRouteComponent(() => import('@/features/admin/numbering')),
});
const audit = createRoute({
  getParentRoute: () => app,
  path: '/admin/audit',
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import('@/features/audit/page')),
});

export const adminRoutes = [
  channels,
  backups,
  alertRules,
  workCalendar,
  security,
  people,
  roles,
  compareRoles,
  dictionaries,
  ownFields,
  company,
  presets,
  fieldRules,
  numbering,
  audit,
] as const;
