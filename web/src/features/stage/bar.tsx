import { useEffect, useRef } from 'react';
import { useStages } from '@/api/shared';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';

/** Chevrons: click moves. A lost customer shows a red bar and the way back. */
export function StageBar({ code, onMove, note }: { code: string; onMove?: (code: string) => void; note?: string | null }) {
  const t = useWord();
  const { stages, stage } = useStages();
  const known = stages.length;
  const ref = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the current one is only there once the stages are known
  useEffect(() => {
    const bar = ref.current;
    const current = bar?.querySelector<HTMLElement>('.cur');
    if (code && bar && current) bar.scrollLeft = current.offsetLeft - (bar.clientWidth - current.offsetWidth) / 2;
  }, [code, known]);
  const now = stage(code);
  if (now?.phase === 'lost') {
    const lead = stages.find((s) => s.phase === 'lead' && now.next.includes(s.code)) ?? stages.find((s) => s.phase === 'lead');
    const further = stages.filter((s) => s.phase === 'lost' && s.code !== code && now.next.includes(s.code));
    return (
      <div className="lostbar">
        <span className="cut">
          <b className="strong">{now.name}</b>
          {note ? ` · ${note}` : ''}
        </span>
        <span className="sp" />
        {onMove &&
          further.map((s) => (
            <Button key={s.code} size="sm" look="ghost" onClick={() => onMove(s.code)}>
              {s.name}
            </Button>
          ))}
        {onMove && lead && (
          <Button size="sm" onClick={() => onMove(lead.code)}>
            {t('customer.verb.reactivate')}
          </Button>
        )}
      </div>
    );
  }
  const way = stages.filter((s) => s.phase !== 'lost');
  const at = way.findIndex((s) => s.code === code);
  return (
    <div ref={ref} className="stagebar" role="radiogroup" aria-label={t('customer.field.stage')}>
      {way.map((s, i) => (
        // biome-ignore lint/a11y/useSemanticElements: chevrons are buttons with radio meaning
        <button
          key={s.code}
          type="button"
          role="radio"
          aria-checked={i === at}
          disabled={!onMove && i !== at}
          className={i < at ? 'done' : i === at ? 'cur' : ''}
          title={s.name}
          onClick={() => i !== at && onMove?.(s.code)}
        >
          <span>{s.name}</span>
        </button>
      ))}
    </div>
  );
}
