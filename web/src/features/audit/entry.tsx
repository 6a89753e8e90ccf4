import { useFieldsAbout } from '@/api/shared';
import type { AuditEntry } from '@/api/types';
import { full } from '@/app/dates';
import { useWord } from '@/app/words';
import { ChangeLine } from '@/features/history/history';
import { Button } from '@/kit/button';
import { Sheet } from '@/kit/sheet';
import { also, fieldOf, kindOf, showOf, what } from './words';

/** One entry whole: what it changed, field by field, and where to look further. */
export function Entry({
  entry: e,
  by,
  onClose,
  onRecord,
  onActor,
}: {
  entry: AuditEntry;
  by: string;
  onClose: () => void;
  onRecord: () => void;
  onActor: () => void;
}) {
  const t = useWord();
  const fields = useFieldsAbout()(e.kind);
  const facts: [string, string][] = [
    [t('audit.field.at'), full(e.at)],
    [t('audit.field.who'), by],
    [t('audit.field.action'), what(e)],
    [t('audit.field.kind'), kindOf(e)],
    [t('audit.field.address'), e.address ?? '—'],
    [t('audit.field.id'), e.id],
  ];
  return (
    <Sheet
      title={t('audit.label.entry')}
      onClose={onClose}
      footer={
        <>
          {e.actor_id && <Button onClick={onActor}>{t('audit.verb.actor')}</Button>}
          {e.record_id && (
            <Button look="primary" onClick={onRecord}>
              {t('audit.verb.record')}
            </Button>
          )}
        </>
      }
    >
      <dl className="audit-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="tn">{value}</dd>
          </div>
        ))}
      </dl>
      {!!e.changes?.length && (
        <>
          <h3>{t('audit.label.differences')}</h3>
          {e.changes.map((c) => (
            <ChangeLine key={c.field} change={c} fields={fields} of={e.kind ?? undefined} />
          ))}
        </>
      )}
      {also(e).length > 0 && (
        <>
          <h3>{t('audit.label.also')}</h3>
          <dl className="audit-facts">
            {also(e).map(([key, value]) => (
              <div key={key}>
                <dt>{fieldOf(e, key)}</dt>
                <dd>{showOf(e, key, value)}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </Sheet>
  );
}
