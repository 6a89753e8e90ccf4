import type { Role } from '@/api/types';
import { FIELD_GROUPS, PERMISSIONS } from './permissions';

export const MOST = 3;
/** One line of the comparison: what each role says of it, in codes; of a scope the departments belong to it. */
export type Line = { kind: 'scope' | 'field' | 'permission'; key: string; says: string[]; differs: boolean };
export type Block = { group: string; lines: Line[] };

/** Roles side by side: how far they reach, what they see, what they may. */
export function compared(roles: Role[], onlyDifferences: boolean): Block[] {
  const line = (kind: Line['kind'], key: string, of: (r: Role) => string, tells: (r: Role) => string = of): Line => ({
    kind,
    key,
    says: roles.map(of),
    differs: new Set(roles.map(tells)).size > 1,
  });
  const places = (r: Role) => (r.scope === 'departments' ? [...r.department_ids].sort().join() : '');
  const blocks: Block[] = [
    {
      group: 'scope',
      lines: [
        line(
          'scope',
          'scope',
          (r) => r.scope,
          (r) => `${r.scope}:${places(r)}`,
        ),
      ],
    },
    { group: 'fields', lines: FIELD_GROUPS.map((f) => line('field', f, (r) => r.fields[f] ?? 'hidden')) },
    ...PERMISSIONS.map((g) => ({
      group: g.group,
      lines: g.list.map((p) => line('permission', p, (r) => (r.permissions.some((x) => x === p) ? 'yes' : 'no'))),
    })),
  ];
  if (!onlyDifferences) return blocks;
  return blocks.map((b) => ({ ...b, lines: b.lines.filter((l) => l.differs) })).filter((b) => b.lines.length > 0);
}
