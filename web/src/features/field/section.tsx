import { Eye, EyeOff } from 'lucide-react';
import { Fragment, useMemo, useState } from 'react';
import { type RecordKind, useFields } from '@/api/shared';
import type { Field } from '@/api/types';
import { useWord, word } from '@/app/words';
import { useReveal } from '@/features/contact/reveal';
import type { Errors } from '@/features/customer/save';
import { IconButton } from '@/kit/button';
import { FieldInput } from '@/kit/fieldinput';
import { FormField } from '@/kit/inputs';
import type { Column } from '@/kit/table';
import { FieldValue, nothing } from '@/kit/value';
import { asks, byHeading, wrong } from './own';

type Values = Record<string, unknown>;
export type Own = ReturnType<typeof useOwn>;

/** The company's own fields of a record in its form: what is said of them, over what stands or what a new one begins with. */
export function useOwn(kind: RecordKind, stands?: Values | null, only: (f: Field) => boolean = () => true) {
  const fields = useFields(kind);
  const [said, put] = useState<Values>({});
  const value = (name: string): unknown => {
    if (name in said) return said[name];
    if (stands) return stands[name] ?? null;
    return fields?.find((f) => f.name === name)?.default ?? null;
  };
  const shown = (fields ?? []).filter((f) => f.custom && only(f) && asks(f, value) && (!f.read_only || !nothing(value(f.name))));
  return {
    shown,
    value,
    stands,
    dirty: Object.keys(said).length > 0,
    set: (name: string, next: unknown) => put((old) => ({ ...old, [name]: next })),
    reset: () => put({}),
    knows: (name: string) => shown.some((f) => f.name === name),
    /** What goes into the body; nothing where nothing was said. */
    body: () => (Object.keys(said).length ? { custom: said } : {}),
    /** What a form can tell by itself; a draft may lack what is required. */
    check: (draft = false): Errors => {
      const found: Errors = {};
      for (const f of shown) {
        const bad = wrong(f, value(f.name));
        if (bad) found[f.name] = bad;
        else if (!draft && f.required && !f.read_only && nothing(value(f.name)))
          found[f.name] = word('app.error.required', { label: f.label });
      }
      return found;
    },
  };
}

/** Those fields as inputs, under the headings of the company. `at` is where a sealed value is asked for: /orders/… */
export function OwnFields({ own, errors, at, onTouch }: { own: Own; errors: Errors; at?: string; onTouch?: () => void }) {
  if (!own.shown.length) return null;
  return (
    <>
      {byHeading(own.shown).map((h) => (
        <Fragment key={h.heading}>
          {h.heading && <h3 className="heading">{h.heading}</h3>}
          <div className="grid2">
            {h.fields.map((f) => (
              <div key={f.name} className={f.kind === 'long_text' ? 'full' : undefined}>
                <FormField
                  name={f.name}
                  label={f.label}
                  error={errors[f.name]}
                  optional={!f.required}
                  help={
                    <>
                      {f.help}
                      {at && f.masked && !nothing(own.stands?.[f.name]) && <Look at={at} field={f} />}
                    </>
                  }
                >
                  {(id) =>
                    f.read_only ? (
                      <span id={id}>
                        <FieldValue field={f} value={own.value(f.name)} />
                      </span>
                    ) : (
                      <FieldInput
                        id={id}
                        field={f}
                        value={own.value(f.name) ?? null}
                        onChange={(next) => {
                          own.set(f.name, next);
                          onTouch?.();
                        }}
                        invalid={!!errors[f.name]}
                      />
                    )
                  }
                </FormField>
              </div>
            ))}
          </div>
        </Fragment>
      ))}
    </>
  );
}

/** A sealed value for half a minute; the log knows who looked. */
function Look({ at, field }: { at: string; field: Field }) {
  const t = useWord();
  const reveal = useReveal();
  const [clear, setClear] = useState<string | null>(null);
  const look = async () => {
    if (clear) return setClear(null);
    const got = await reveal.showAt(at, field.name);
    if (!got) return;
    setClear(got);
    setTimeout(() => setClear(null), 30_000);
  };
  return (
    <span className="row sealed">
      {clear && <span className="tn">{clear}</span>}
      <IconButton small label={`${t(clear ? 'app.verb.hide' : 'contact.verb.reveal')} ${field.label}`} onClick={() => void look()}>
        {clear ? <EyeOff size={13} /> : <Eye size={13} />}
      </IconButton>
    </span>
  );
}

/** What is filled of them, as a card of the record shows it. */
export function OwnValues({ kind, custom }: { kind: RecordKind; custom: Values | null | undefined }) {
  const fields = useFields(kind);
  const filled = (fields ?? []).filter((f) => f.custom && !nothing(custom?.[f.name]));
  if (!filled.length) return null;
  return (
    <dl className="own-values">
      {filled.map((f) => (
        <div key={f.name}>
          <dt>{f.label}</dt>
          <dd>
            <FieldValue field={f} value={custom?.[f.name]} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Columns of a list that has no chooser: those of the company that may stand in lists. */
export function useOwnColumns<T extends { custom?: Values | null }>(kind: RecordKind): Column<T>[] {
  const fields = useFields(kind);
  return useMemo(
    () =>
      (fields ?? [])
        .filter((f) => f.custom && f.list)
        .map((f) => ({
          key: f.name,
          title: f.label,
          width: 130,
          sortable: f.sortable,
          align: f.kind === 'money' || f.kind === 'number' ? ('right' as const) : undefined,
          render: (x: T) => (
            <span className="tx2 cut">
              <FieldValue field={f} value={x.custom?.[f.name]} />
            </span>
          ),
        })),
    [fields],
  );
}
