import { ReceiptText } from 'lucide-react';
import type { Happening } from '@/api/types';
import { money } from '@/app/numbers';
import { openIt } from '@/app/ui';
import { useWord } from '@/app/words';

/** An order on a customer's timeline. */
export function OrderEntry({ x }: { x: Happening }) {
  const t = useWord();
  const d = x.data ?? {};
  return (
    <li>
      <span className="tl-i tone-green">
        <ReceiptText size={14} />
      </span>
      <div className="tl-b">
        <p className="tl-h">
          {x.by_name && <b>{x.by_name}</b>} {t('order.event.placed')}{' '}
          <button type="button" className="link tn" onClick={() => openIt({ what: 'order', id: x.id })}>
            {String(d.code ?? '')}
          </button>
        </p>
        <p>
          <b className="tn strong">{money(typeof d.amount_fen === 'number' ? d.amount_fen : null)}</b>{' '}
          <span className="tx2">{String(d.products ?? '')}</span>
        </p>
      </div>
    </li>
  );
}
