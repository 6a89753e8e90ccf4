import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowLeft, Check, Minus } from 'lucide-react';
import { Fragment, useState } from 'react';
import { departmentsQuery, rolesQuery } from '@/api/shared';
import type { Role } from '@/api/types';
import { Page } from '@/app/page';
import { type Key, useWord } from '@/app/words';
import { Check as Tick } from '@/kit/inputs';
import { Failed, Lines } from '@/kit/states';
import { compared, type Line, MOST } from './compare';
import { nameOf } from './grid';

const route = getRouteApi('/app/admin/roles/compare');

/** Two or three roles side by side. */
export default function CompareRoles() {
  const t = useWord();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(rolesQuery);
  const { data: departments } = useQuery(departmentsQuery);
  const [only, setOnly] = useState(false);
  const ids = search.ids?.length ? search.ids : (data ?? []).slice(0, 2).map((r) => r.id);
  const roles = ids.map((id) => data?.find((r) => r.id === id)).filter((r): r is Role => !!r);
  const put = (next: string[]) => void navigate({ search: { ids: next }, replace: true });
  const says = (line: Line, i: number) => {
    const said = line.says[i] ?? '';
    const role = roles[i];
    if (line.kind === 'scope') {
      const names = role?.department_ids.map((id) => departments?.find((d) => d.id === id)?.name ?? '…').join(' · ');
      return said === 'departments' && names ? names : t(`account.scope.${said}` as Key);
    }
    if (line.kind === 'field') return t(`account.fields.${said}` as Key);
    const yes = said === 'yes';
    return (
      <>
        {yes ? <Check size={16} className="yes" aria-hidden="true" /> : <Minus size={16} className="no" aria-hidden="true" />}
        <span className="sr">{t(yes ? 'account.label.may' : 'account.label.may_not')}</span>
      </>
    );
  };
  const title = (line: Line) =>
    line.kind === 'scope' ? t('account.field.scope') : line.kind === 'field' ? t(`account.fields.${line.key}` as Key) : nameOf(line.key);
  const blocks = compared(roles, only);
  const choice = (i: number) => (
    <select
      className="input"
      aria-label={t('account.label.role_at', { count: i + 1 })}
      value={ids[i] ?? ''}
      onChange={(e) => put(e.target.value ? [...ids.slice(0, i), e.target.value, ...ids.slice(i + 1)] : ids.filter((_, x) => x !== i))}
    >
      {i > 1 && <option value="">{t('account.label.no_third')}</option>}
      {data
        ?.filter((r) => r.id === ids[i] || !ids.includes(r.id))
        .map((r) => (
          <option key={r.id} value={r.id}>
            {r.name}
          </option>
        ))}
    </select>
  );
  return (
    <Page
      title={t('account.title.compare')}
      actions={
        <Link to="/admin/roles" className="btn">
          <ArrowLeft size={15} />
          {t('app.nav.roles')}
        </Link>
      }
    >
      <div className="page-b">
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : !data ? (
          <Lines count={8} />
        ) : (
          <>
            <div className="row compare-tools">
              <Tick checked={only} onChange={setOnly}>
                {t('account.label.only_differences')}
              </Tick>
              <span className="mut tn" role="status">
                {t('account.label.differences', { count: compared(roles, true).reduce((sum, b) => sum + b.lines.length, 0) })}
              </span>
            </div>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keys too */}
            <section className="compare" tabIndex={0} aria-label={t('account.title.compare')}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{t('account.label.permission')}</th>
                    {roles.map((r, i) => (
                      <th key={r.id} scope="col">
                        {choice(i)}
                      </th>
                    ))}
                    {roles.length < MOST && <td>{choice(roles.length)}</td>}
                  </tr>
                </thead>
                <tbody>
                  {blocks.map((b) => (
                    <Fragment key={b.group}>
                      <tr className="head">
                        <th scope="rowgroup" colSpan={1}>
                          {b.group === 'scope'
                            ? t('account.label.reach')
                            : b.group === 'fields'
                              ? t('account.title.fields')
                              : t(`account.group.${b.group}` as Key)}
                        </th>
                        <td colSpan={MOST} />
                      </tr>
                      {b.lines.map((line) => (
                        <tr key={line.key} className={line.differs ? 'differs' : undefined}>
                          <th scope="row">{title(line)}</th>
                          {roles.map((r, i) => (
                            <td key={r.id}>{says(line, i)}</td>
                          ))}
                          {roles.length < MOST && <td />}
                        </tr>
                      ))}
                    </Fragment>
                  ))}
                </tbody>
              </table>
              {blocks.length === 0 && <p className="mut same">{t('account.empty.same')}</p>}
            </section>
          </>
        )}
      </div>
    </Page>
  );
}
