import { useState } from 'react';
import { patch, post } from '@/api/client';
import { useMe } from '@/api/shared';
import type { ArchiveFile } from '@/api/types';
import { addDays, today } from '@/app/dates';
import { useWord } from '@/app/words';
import { type Errors, errorsOf, goToFirst } from '@/features/customer/save';
import { download } from '@/features/export/download';
import { Button } from '@/kit/button';
import { DayInput } from '@/kit/day/day';
import { FieldInput } from '@/kit/fieldinput';
import { Area, Choices, FormField, Input } from '@/kit/inputs';
import { Sheet } from '@/kit/sheet';
import { tell } from '@/kit/toast';
import { useArchiveChanged } from './data';
import { bodyOf, FileFields, isField, type Said } from './put';

function Frame({
  title,
  verb,
  busy,
  dirty,
  errors,
  onSave,
  onClose,
  children,
}: {
  title: string;
  verb: string;
  busy: boolean;
  dirty: boolean;
  errors: Errors;
  onSave: () => void;
  onClose: () => void;
  children: React.ReactNode;
}) {
  const t = useWord();
  return (
    <Sheet
      title={title}
      onClose={onClose}
      dirty={dirty}
      onSubmit={onSave}
      footer={
        <>
          <span className="sp" />
          <Button onClick={onClose}>{t('app.verb.cancel')}</Button>
          <Button look="primary" busy={busy} onClick={onSave}>
            {verb}
          </Button>
        </>
      }
    >
      <div className="col form">
        {errors.all && <div className="notice tone-red">{errors.all}</div>}
        {children}
      </div>
    </Sheet>
  );
}

function useSaving(onClose: () => void, fields: (name: string) => boolean) {
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const run = async (act: () => Promise<unknown>, done: string) => {
    setBusy(true);
    try {
      await act();
      if (done) tell(done);
      onClose();
    } catch (e) {
      setBusy(false);
      const found = errorsOf(e, fields);
      setErrors(found);
      goToFirst(found);
    }
  };
  return { errors, busy, run };
}

/** 借阅登记: to whom, what for, until when. */
export function LendSheet({ file, onClose }: { file: ArchiveFile; onClose: () => void }) {
  const t = useWord();
  const me = useMe();
  const changed = useArchiveChanged();
  const [to, setTo] = useState<string | null>(me.id);
  const [purpose, setPurpose] = useState('');
  const [due, setDue] = useState<string | null>(addDays(today(), 7));
  const { errors, busy, run } = useSaving(onClose, (f) => ['borrower_id', 'purpose', 'due_on'].includes(f));
  const save = () =>
    void run(async () => {
      await post(`/archives/${file.id}/lend`, { borrower_id: to ?? '', purpose, due_on: due ?? '' });
      await changed(file.customer_id);
    }, t('archive.state.lent'));
  return (
    <Frame
      title={t('archive.title.lend')}
      verb={t('app.verb.save')}
      busy={busy}
      dirty={!!purpose}
      errors={errors}
      onSave={save}
      onClose={onClose}
    >
      <p className="tx2 tn">
        {file.code} · {file.customer_name}
      </p>
      <FormField name="borrower_id" label={t('archive.field.borrower')} error={errors.borrower_id}>
        {(id) => (
          <FieldInput
            id={id}
            field={{ name: 'borrower_id', label: t('archive.field.borrower'), kind: 'user', dictionary: null }}
            value={to}
            shown={me.name}
            onChange={(user) => setTo((user as string | null) ?? null)}
          />
        )}
      </FormField>
      <FormField name="purpose" label={t('archive.field.purpose')} error={errors.purpose}>
        {(id) => <Area id={id} value={purpose} onChange={setPurpose} maxLength={500} invalid={!!errors.purpose} />}
      </FormField>
      <FormField name="due_on" label={t('archive.field.due_on')} error={errors.due_on}>
        {(id) => <DayInput id={id} value={due} onChange={setDue} />}
      </FormField>
    </Frame>
  );
}

/** What a file says of itself, put right. */
export function ChangeSheet({ file, onClose }: { file: ArchiveFile; onClose: () => void }) {
  const t = useWord();
  const changed = useArchiveChanged();
  const [start] = useState<Said>(() => ({
    year: String(file.year),
    category: file.category || null,
    business: file.business || null,
    project_type: file.project_type || null,
    place: file.place ?? '',
    note: '',
  }));
  const [v, setV] = useState(start);
  const { errors, busy, run } = useSaving(onClose, isField);
  const save = () =>
    void run(async () => {
      await patch(`/archives/${file.id}`, bodyOf(v), file.version);
      await changed(file.customer_id);
    }, t('app.state.saved'));
  return (
    <Frame
      title={t('archive.title.change')}
      verb={t('app.verb.save')}
      busy={busy}
      dirty={JSON.stringify(v) !== JSON.stringify(start)}
      errors={errors}
      onSave={save}
      onClose={onClose}
    >
      <p className="tx2 tn">
        {file.code} · {file.customer_name}
      </p>
      <FileFields v={v} set={(part) => setV((old) => ({ ...old, ...part }))} errors={errors} />
    </Frame>
  );
}

/** Labels with a code to scan, as PDF on sheets as they are sold. */
export function LabelSheet({ ids, onClose }: { ids: string[]; onClose: () => void }) {
  const t = useWord();
  const [size, setSize] = useState<string | null>('24');
  const [skip, setSkip] = useState('0');
  const { errors, busy, run } = useSaving(onClose, (f) => f === 'skip');
  const most = size === '8' ? 7 : 23;
  const save = () =>
    void run(
      () =>
        download(
          `/archive-labels?${new URLSearchParams({ ids: ids.join(','), size: size ?? '24', skip: String(Math.min(most, Number(skip) || 0)) })}`,
        ),
      '',
    );
  return (
    <Frame
      title={t('archive.title.labels')}
      verb={t('archive.verb.download')}
      busy={busy}
      dirty={false}
      errors={errors}
      onSave={save}
      onClose={onClose}
    >
      <p className="tx2">{t('archive.label.count', { n: ids.length })}</p>
      <FormField name="size" label={t('archive.field.size')}>
        {(id) => (
          <Choices
            id={id}
            label={t('archive.field.size')}
            value={size}
            onChange={(code) => setSize(code ?? size)}
            options={[
              { code: '24', label: t('archive.label.size24') },
              { code: '8', label: t('archive.label.size8') },
            ]}
          />
        )}
      </FormField>
      <FormField name="skip" label={t('archive.field.skip')} error={errors.skip}>
        {(id) => <Input id={id} inputMode="numeric" value={skip} onChange={(n) => setSkip(n.replace(/\D/g, '').slice(0, 2))} />}
      </FormField>
    </Frame>
  );
}
