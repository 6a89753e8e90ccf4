import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Plus, Shapes } from 'lucide-react';
import { useFields, useMay } from '@/api/shared';
import type { Segment } from '@/api/types';
import { count } from '@/app/numbers';
import { Page } from '@/app/page';
import { openIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { fromText } from '@/features/filter/tree';
import { FilterWords } from '@/features/filter/words';
import { Button } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { Empty, Failed, Lines } from '@/kit/states';
import { segmentsQuery } from './data';

/** Every segment that this viewer is shown, the tiers first. */
export default function SegmentList() {
  const t = useWord();
  const may = useMay();
  const { data, error, refetch } = useQuery(segmentsQuery(true));
  const create = may('segment.write') && (
    <Button look="primary" icon={<Plus size={15} />} onClick={() => openIt({ what: 'segment' })}>
      {t('segment.verb.create')}
    </Button>
  );
  const tiers = data?.filter((g) => g.badge > 0).sort((a, b) => a.badge - b.badge) ?? [];
  const others = data?.filter((g) => !g.badge) ?? [];
  return (
    <Page title={t('app.nav.segments')} actions={create}>
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !data ? (
        <div className="page-b">
          <Lines count={7} height={72} />
        </div>
      ) : !data.length ? (
        <Empty icon={Shapes} title={t('segment.empty.title')} hint={t('segment.empty.hint')}>
          {create}
        </Empty>
      ) : (
        <div className="page-b col seg-page">
          {tiers.length > 0 && <Part title={t('segment.title.tiers')} all={tiers} />}
          {others.length > 0 && <Part title={t('segment.title.others')} all={others} />}
        </div>
      )}
    </Page>
  );
}

function Part({ title, all }: { title: string; all: Segment[] }) {
  const t = useWord();
  const fields = useFields('customer');
  return (
    <section aria-label={title}>
      <h2 className="svc-head">{title}</h2>
      <ul className="seg-list">
        {all.map((g) => (
          <li key={g.id}>
            <Link to="/segments/$id" params={{ id: g.id }}>
              <span className="row wrap">
                <Chip tone={g.tone} dot>
                  {g.name}
                </Chip>
                <small className="mut">
                  {t(`segment.kind.${g.kind}`)}
                  {g.followed && ` · ${t('segment.field.followed')}`}
                </small>
                <span className="sp" />
                <b className="tn strong seg-n">{g.count === undefined ? '—' : count(g.count)}</b>
              </span>
              <span className="tx2 seg-asks">{fields && <FilterWords fields={fields} value={fromText(g.filter)} />}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
