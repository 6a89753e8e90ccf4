import { useFields } from '@/api/shared';
import type { SegmentFigure as Figure } from '@/api/types';
import { useWord } from '@/app/words';
import { FieldValue, nothing } from '@/kit/value';

/** What a customer had when it came in, and what it has now where that is known. */
export function Figures({ then, now }: { then: Figure[]; now?: Figure[] }) {
  const t = useWord();
  const fields = useFields('customer');
  const rows = (then.length ? then : (now ?? [])).flatMap((f) => {
    const field = fields?.find((x) => x.name === f.field);
    return field ? [{ field, was: then.find((x) => x.field === f.field)?.value, is: now?.find((x) => x.field === f.field)?.value }] : [];
  });
  if (!rows.length) return null;
  const value = (field: (typeof rows)[number]['field'], v: unknown) =>
    field.kind === 'long_text' && !nothing(v) ? t('segment.label.filled') : <FieldValue field={field} value={v} />;
  return (
    <dl className="seg-fig">
      {rows.map(({ field, was, is }) => (
        <div key={field.name}>
          <dt>{field.label}</dt>
          <dd>
            {value(field, was)}
            {now && JSON.stringify(was ?? null) !== JSON.stringify(is ?? null) && (
              <>
                <span className="mut"> → </span>
                <b className="strong">{value(field, is)}</b>
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
