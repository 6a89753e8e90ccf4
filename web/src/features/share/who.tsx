import { useQuery } from '@tanstack/react-query';
import { rolesQuery } from '@/api/shared';
import { useWord } from '@/app/words';
import { Segmented } from '@/kit/button';
import { Select } from '@/kit/pick';

export type Shared = { shared: 'mine' | 'roles' | 'all'; role_ids: string[] };

/** Whom something that one made is shown to: oneself, some roles, everybody. */
export function ShareWith({ value, onChange, label }: { value: Shared; onChange: (value: Shared) => void; label: string }) {
  const t = useWord();
  const { data: roles } = useQuery({ ...rolesQuery, enabled: value.shared === 'roles' });
  return (
    <div className="col">
      <Segmented
        label={label}
        value={value.shared}
        onChange={(shared) => onChange({ ...value, shared })}
        options={(['mine', 'roles', 'all'] as const).map((k) => ({ value: k, label: t(`segment.shared.${k}`) }))}
      />
      {value.shared === 'roles' && (
        <Select
          label={t('segment.shared.roles')}
          multiple
          options={(roles ?? []).map((r) => ({ value: r.id, label: r.name }))}
          value={value.role_ids}
          onChange={(ids) => onChange({ ...value, role_ids: (ids as string[] | null) ?? [] })}
        />
      )}
    </div>
  );
}
