import { Link } from '@tanstack/react-router';
import { ChevronDown } from 'lucide-react';
import { useDictionaries, useMay } from '@/api/shared';
import type { Order } from '@/api/types';
import { asDay } from '@/app/dates';
import { money } from '@/app/numbers';
import { openIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { useShut } from '@/features/archive/data';
import { Chip } from '@/kit/chips';
import { openMenu } from '@/kit/menu';
import { STATES, useOrderChange } from './data';

/** Where an order stands; a tap shows what else it may be, and a second one makes it so. */
export function OrderState({ x }: { x: Order }) {
  const t = useWord();
  const may = useMay();
  const dictionaries = useDictionaries();
  const act = useOrderChange();
  const value = dictionaries.value(STATES, x.state);
  const chip = <Chip tone={value?.color}>{value?.label ?? x.state}</Chip>;
  const shut = useShut(x.customer_id);
  if (!may('order.write') || shut) return chip;
  return (
    <button
      type="button"
      className="statebtn"
      aria-haspopup="menu"
      aria-label={t('order.verb.move', { code: x.code, state: value?.label ?? x.state })}
      onClick={(e) =>
        openMenu({
          anchor: e.currentTarget,
          items: dictionaries
            .values(STATES)
            .filter((v) => v.code !== x.state)
            .map((v) => ({ key: v.code, label: v.label, run: () => void act.step(x, v.code, v.label, value?.label ?? x.state) })),
        })
      }
    >
      {chip}
      <ChevronDown size={12} aria-hidden="true" />
    </button>
  );
}

/** An order as a line: of a phone's list, of a customer's page and of the timeline. */
export function OrderItem({ x, customer }: { x: Order; customer?: boolean }) {
  const t = useWord();
  return (
    <li>
      <div className="svc-h">
        <button type="button" className="plain svc-t tn ord-sum" onClick={() => openIt({ what: 'order', id: x.id })}>
          {money(x.amount_fen)}
        </button>
        <span className="tn tx2">{asDay(x.ordered_on)}</span>
        <span className="sp" />
        <OrderState x={x} />
      </div>
      <button type="button" className="svc-t" onClick={() => openIt({ what: 'order', id: x.id })}>
        {x.products || t('order.label.no_lines')}
      </button>
      <small className="mut svc-m">
        {customer && (
          <Link to="/customers/$id" params={{ id: x.customer_id }} search={{ tab: 'orders' }} className="cut link plain">
            {x.customer_name ?? '—'}
          </Link>
        )}
        <span>{x.owner_name}</span>
        <span className="tn">{x.code}</span>
        {x.contract_number && <span className="tn">{x.contract_number}</span>}
      </small>
    </li>
  );
}
