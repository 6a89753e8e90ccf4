import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMay } from '@/api/shared';
import { Page } from '@/app/page';
import { useWord } from '@/app/words';
import { Segmented } from '@/kit/button';
import { BuiltIn } from './builtin';
import { Layouts } from './layouts';
import { Personal } from './personal';
import { Required } from './required';
import type { View } from './view';

/** 字段规则: what must be filled, what fields are called, why they are kept, and where they stand for whom. */
export default function FieldRulesPage() {
  const t = useWord();
  const may = useMay();
  const navigate = useNavigate();
  const { view = 'required' } = useSearch({ strict: false }) as { view?: View };
  const views: View[] = ['required', 'words', ...(may('privacy.manage') ? ['personal' as const] : []), 'layouts'];
  return (
    <Page narrow title={t('app.nav.field_rules')}>
      <div className="page-b form">
        <Segmented
          block
          label={t('app.nav.field_rules')}
          value={view}
          onChange={(v) => void navigate({ to: '/admin/field-rules', search: { view: v === 'required' ? undefined : v }, replace: true })}
          options={views.map((v) => ({ value: v, label: t(`rule.view.${v}`) }))}
        />
        {view === 'required' && <Required />}
        {view === 'words' && <BuiltIn />}
        {view === 'personal' && <Personal />}
        {view === 'layouts' && <Layouts />}
      </div>
    </Page>
  );
}
