import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { patch } from '@/api/client';
import type { FollowUp } from '@/api/types';
import { useWord } from '@/app/words';
import { type Errors, errorsOf, goToFirst } from '@/features/customer/save';
import { OwnFields, useOwn } from '@/features/field/section';
import { Button } from '@/kit/button';
import { Sheet } from '@/kit/sheet';
import { tell } from '@/kit/toast';

/** The company's own fields of a talk, by its writer while it is fresh. */
export function OwnSheet({ talk, onClose }: { talk: FollowUp; onClose: () => void }) {
  const t = useWord();
  const client = useQueryClient();
  const own = useOwn('follow-up', talk.custom);
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const save = async () => {
    const found = own.check();
    setErrors(found);
    if (Object.keys(found).length) return goToFirst(found);
    setBusy(true);
    try {
      await patch(`/follow-ups/${talk.id}`, { ...own.body(), accept_vague: true }, talk.version);
      void client.invalidateQueries({ queryKey: ['timeline', talk.customer_id] });
      tell(t('app.state.saved'));
      onClose();
    } catch (e) {
      setBusy(false);
      const put = errorsOf(e, own.knows);
      setErrors(put);
      goToFirst(put);
    }
  };
  return (
    <Sheet
      title={t('field.label.own')}
      onClose={onClose}
      dirty={own.dirty}
      onSubmit={() => void save()}
      footer={
        <>
          <span className="sp" />
          <Button onClick={onClose}>{t('app.verb.cancel')}</Button>
          <Button look="primary" busy={busy} disabled={!own.dirty} onClick={() => void save()} keys={['Ctrl', '↵']}>
            {t('app.verb.save')}
          </Button>
        </>
      }
    >
      <div className="form">
        {errors.all && <div className="notice tone-red">{errors.all}</div>}
        <OwnFields own={own} errors={errors} at={`/follow-ups/${talk.id}`} onTouch={() => setErrors({})} />
      </div>
    </Sheet>
  );
}
