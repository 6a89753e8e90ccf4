import { useQuery } from '@tanstack/react-query';
import { MessageSquareHeart, Plus } from 'lucide-react';
import { useMay } from '@/api/shared';
import type { CustomerRecord } from '@/api/types';
import { openIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { addable } from '@/features/customer/allowed';
import { Button } from '@/kit/button';
import { Failed, Lines } from '@/kit/states';
import { ABOUT, type Noun, ofCustomerQuery } from './data';
import { ServiceLine } from './line';

/** The tab of a customer's page with what it wants and what it thinks of us. */
export function CustomerService({ customer }: { customer: CustomerRecord }) {
  const may = useMay();
  return (
    <div className="col svc-tab">
      {(['need', 'feedback'] as const).map((noun) => may(ABOUT[noun].read) && <Part key={noun} noun={noun} customer={customer} />)}
    </div>
  );
}

/** How many of them are open, as the tab says it. */
export const openService = (c: CustomerRecord): number => c.open_needs_count + c.open_feedback_count;

function Part({ noun, customer }: { noun: Noun; customer: CustomerRecord }) {
  const t = useWord();
  const may = useMay();
  const { data, error, refetch } = useQuery(ofCustomerQuery(noun, customer.id));
  const about = ABOUT[noun];
  return (
    <section aria-label={t(about.words.title)}>
      <div className="row">
        <h2 className="svc-head">{t(about.words.title)}</h2>
        <span className="sp" />
        {addable(customer, may)[noun] && (
          <Button
            size="sm"
            icon={<Plus size={14} />}
            onClick={() => openIt({ what: noun, customer: { id: customer.id, name: customer.name } })}
          >
            {t(about.words.create)}
          </Button>
        )}
      </div>
      {error ? (
        <Failed error={error} retry={() => void refetch()} small />
      ) : !data ? (
        <Lines count={3} />
      ) : !data.items.length ? (
        <p className="mut svc-none">
          <MessageSquareHeart size={15} aria-hidden="true" /> {t(about.words.empty)}
        </p>
      ) : (
        <ul className="svc">
          {data.items.map((x) => (
            <ServiceLine key={x.id} noun={noun} x={x} />
          ))}
        </ul>
      )}
    </section>
  );
}
