import { useWord } from '@/app/words';

const STEPS = ['upload', 'match', 'check', 'run'] as const;
export type Step = (typeof STEPS)[number];

/** Where one is on the way of a sheet. */
export function Steps({ at }: { at: Step }) {
  const t = useWord();
  const here = STEPS.indexOf(at);
  return (
    <ol className="steps" aria-label={t('import.label.steps')}>
      {STEPS.map((s, i) => (
        <li key={s} className={i < here ? 'past' : i === here ? 'now' : ''} aria-current={i === here ? 'step' : undefined}>
          <i>{i + 1}</i>
          {t(`import.step.${s}`)}
        </li>
      ))}
    </ol>
  );
}

export function Progress({ percent, label }: { percent: number; label: string }) {
  return (
    <div className="progress" role="progressbar" aria-label={label} aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100}>
      <i style={{ width: `${percent}%` }} />
    </div>
  );
}
