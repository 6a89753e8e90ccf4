import { type ReactNode, useId, useRef, useState } from 'react';
import type { Field } from '@/api/types';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { FieldInput } from '@/kit/fieldinput';
import { Popover } from '@/kit/float';

/** Click a value to edit it; Esc leaves it as it was. Choices save at once, typed values on Enter. */
export function InlineEdit({
  field,
  value,
  shown,
  onSave,
  children,
  editor,
}: {
  field: Field;
  value: unknown;
  shown?: string | null;
  onSave: (value: unknown) => Promise<unknown>;
  children: ReactNode;
  editor?: (value: unknown, set: (value: unknown) => void) => ReactNode;
}) {
  const t = useWord();
  const id = useId();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [draft, setDraft] = useState<unknown>(value);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const begun = useRef({ onSave, value }); // as it stood when it was clicked: what another changes meanwhile is not overwritten unseen
  const immediate = ['choice', 'stage', 'user', 'department', 'boolean', 'customer'].includes(field.kind) && !editor;
  const save = async (next: unknown) => {
    if (typeof next === 'number' && Number.isNaN(next)) return setError(t('app.error.money'));
    if (JSON.stringify(next ?? null) === JSON.stringify(begun.current.value ?? null)) return setAnchor(null);
    setBusy(true);
    try {
      await begun.current.onSave(next === '' ? null : next);
      setAnchor(null);
    } catch (e) {
      setError((e as Error).message);
    }
    setBusy(false);
  };
  return (
    <>
      <button
        type="button"
        className="cell-btn wide"
        aria-label={`${t('app.verb.edit')} ${field.label}`}
        aria-haspopup="dialog"
        onClick={(e) => {
          begun.current = { onSave, value };
          setDraft(value);
          setError(null);
          setAnchor(e.currentTarget);
        }}
      >
        {children}
      </button>
      {anchor && (
        <Popover anchor={anchor} onClose={() => setAnchor(null)} className={busy ? 'pad behind' : 'pad'} label={field.label}>
          <form
            className="inline-edit"
            onSubmit={(e) => {
              e.preventDefault();
              void save(draft);
            }}
            onKeyDown={(e) => {
              if (e.key === 'Enter' && field.kind === 'long_text' && (e.ctrlKey || e.metaKey)) void save(draft);
            }}
          >
            <label htmlFor={id}>{field.label}</label>
            {editor ? (
              editor(draft, setDraft)
            ) : (
              <FieldInput
                id={id}
                field={field}
                value={draft}
                shown={shown}
                autoFocus
                invalid={!!error}
                onChange={(next) => {
                  setDraft(next);
                  setError(null);
                  if (immediate) void save(next);
                }}
              />
            )}
            {error && <p className="field-error">{error}</p>}
            {!immediate && (
              <div className="row">
                <span className="sp" />
                <Button size="sm" onClick={() => setAnchor(null)}>
                  {t('app.verb.cancel')}
                </Button>
                <Button size="sm" look="primary" type="submit" busy={busy}>
                  {t('app.verb.save')}
                </Button>
              </div>
            )}
          </form>
        </Popover>
      )}
    </>
  );
}
