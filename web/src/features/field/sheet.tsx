import { Archive, RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { patch, post } from '@/api/client';
import type { RecordKind } from '@/api/shared';
import type { OwnField, OwnKind } from '@/api/types';
import { useWord } from '@/app/words';
import { type Errors, goToFirst } from '@/features/customer/save';
import { Button } from '@/kit/button';
import { Sheet } from '@/kit/sheet';
import { tell } from '@/kit/toast';
import { nameOf, useFresh } from './data';
import { KindPicker } from './kinds';
import { KindLine, OfKind, type Put, Rules, What, Whom } from './parts';
import { Preview } from './preview';
import { blank, bodyOf, check, refusals, type Said, saidOf } from './said';

/** One field of the company's own: first its kind, then what it is called and asks, then who has to do with it. */
export function FieldSheet({
  of,
  field,
  all,
  onClose,
  onDrop,
  onTurn,
}: {
  of: RecordKind;
  field?: OwnField;
  all: OwnField[];
  onClose: () => void;
  onDrop: (f: OwnField) => void;
  onTurn: (f: OwnField) => void;
}) {
  const t = useWord();
  const fresh = useFresh();
  const [said, setSaid] = useState<Said>(() => (field ? saidOf(field) : blank('text')));
  const [choosing, setChoosing] = useState(!field);
  const [touched, setTouched] = useState(false);
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const put: Put = (part) => {
    setSaid((old) => ({ ...old, ...part }));
    setTouched(true);
    setErrors((old) =>
      Object.fromEntries(Object.entries(old).filter(([k]) => !(k in part) && k !== 'all' && !(k === 'choices' && 'words' in part))),
    );
  };
  const pick = (kind: OwnKind) => {
    setSaid((old) => ({ ...old, kind, default: null }));
    setChoosing(false);
  };
  const save = async () => {
    if (choosing) return;
    const found = check(said, !!field);
    setErrors(found);
    if (Object.keys(found).length) return goToFirst(found);
    setBusy(true);
    try {
      const body = bodyOf(said, !!field, of);
      if (field) await patch(`/fields/${of}/${field.id}`, body, field.version);
      else await post(`/fields/${of}`, { ...body, kind: said.kind });
      await fresh();
      tell(field ? t('app.state.saved') : t('field.state.added', { label: said.label.trim() }));
      onClose();
    } catch (e) {
      setBusy(false);
      const put = refusals(e, said.decimals);
      setErrors(put);
      goToFirst(put);
    }
  };
  return (
    <Sheet
      wide
      title={field ? nameOf(field) : t('field.verb.add')}
      onClose={onClose}
      dirty={touched}
      onSubmit={() => void save()}
      footer={
        !choosing && (
          <>
            {field && (
              <>
                <Button look="ghost" icon={field.active ? <Archive size={15} /> : <RotateCcw size={15} />} onClick={() => onTurn(field)}>
                  {t(field.active ? 'field.verb.retire' : 'field.verb.revive')}
                </Button>
                <Button look="ghost" danger icon={<Trash2 size={15} />} onClick={() => onDrop(field)}>
                  {t('app.verb.delete')}
                </Button>
              </>
            )}
            {errors.all && <span className="field-error cut">{errors.all}</span>}
            <span className="sp" />
            <Button onClick={onClose}>{t('app.verb.cancel')}</Button>
            <Button look="primary" busy={busy} disabled={!!field && !touched} onClick={() => void save()} keys={['Ctrl', '↵']}>
              {t('app.verb.save')}
            </Button>
          </>
        )
      }
    >
      {choosing ? (
        <KindPicker onPick={pick} />
      ) : (
        <div className="own-form">
          <div className="form">
            <KindLine kind={said.kind} onOther={field ? undefined : () => setChoosing(true)} />
            <What said={said} put={put} errors={errors} all={all} />
            <OfKind said={said} put={put} errors={errors} field={field} />
            <Rules of={of} said={said} put={put} errors={errors} stands={!!field} />
            <Whom of={of} said={said} put={put} errors={errors} />
          </div>
          <Preview said={said} />
        </div>
      )}
    </Sheet>
  );
}
