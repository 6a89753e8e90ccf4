import { useNavigate, useSearch } from '@tanstack/react-router';
import { Download, FileSpreadsheet, FileUp } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { said } from '@/api/client';
import { Page } from '@/app/page';
import { usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { Button, Segmented } from '@/kit/button';
import { TARGETS, type Target, upload } from './data';
import { fileOf, tableOf, takePasted } from './paste';
import { Steps } from './steps';

/** Where a sheet comes in: dropped, chosen, or pasted. */
export default function Upload() {
  const t = useWord();
  const phone = usePhone();
  const navigate = useNavigate();
  const { target: asked } = useSearch({ from: '/app/imports/new' });
  const [target, setTarget] = useState<Target>(TARGETS.find((x) => x === asked) ?? 'customer');
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [over, setOver] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const send = async (file: File | null | undefined) => {
    if (!file) return;
    setError(null);
    setBusy(file.name);
    try {
      const made = await upload(file, target);
      await navigate({ to: '/imports/$id', params: { id: made.id } });
    } catch (e) {
      setError(said(e));
    } finally {
      setBusy(null);
    }
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was pasted on another page is taken once
  useEffect(() => {
    const pasted = takePasted();
    if (pasted) void send(pasted);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the listener takes the target of this moment
  useEffect(() => {
    const onPaste = (e: ClipboardEvent) => {
      const table = tableOf(e.clipboardData?.getData('text/plain') ?? '');
      const file = e.clipboardData?.files[0];
      if (!table && !file) return;
      e.preventDefault();
      void send(file ?? fileOf(table as string, `${t('import.label.pasted')}.tsv`));
    };
    addEventListener('paste', onPaste);
    return () => removeEventListener('paste', onPaste);
  }, [target]);
  return (
    <Page
      narrow
      title={t('import.title.new')}
      actions={<Button onClick={() => void navigate({ to: '/imports' })}>{t('import.title.list')}</Button>}
    >
      <div className="page-b form">
        <Steps at="upload" />
        <Segmented
          label={t('import.label.target')}
          value={target}
          onChange={setTarget}
          options={TARGETS.map((x) => ({ value: x, label: t(`import.target.${x}`) }))}
        />
        <section
          className={over ? 'drop over' : 'drop'}
          aria-label={t('import.verb.upload')}
          onDragOver={(e) => {
            e.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(e) => {
            e.preventDefault();
            setOver(false);
            void send(e.dataTransfer.files[0]);
          }}
        >
          <FileSpreadsheet size={28} strokeWidth={1.5} />
          <b>{busy ? t('import.state.reading', { name: busy }) : t(phone ? 'import.hint.choose' : 'import.hint.drop')}</b>
          <span className="mut">{t('import.hint.formats')}</span>
          <div className="row wrap">
            <Button look="primary" icon={<FileUp size={15} />} busy={!!busy} onClick={() => picker.current?.click()}>
              {t('import.verb.choose')}
            </Button>
            <a className="btn" href={`/api/v1/import-templates/${target}`} download>
              <Download size={15} />
              {t('import.verb.template')}
            </a>
          </div>
          <input
            ref={picker}
            type="file"
            hidden
            aria-label={t('import.verb.choose')}
            accept=".xlsx,.xlsm,.csv,.tsv,.txt"
            onChange={(e) => {
              void send(e.target.files?.[0]);
              e.target.value = '';
            }}
          />
          <span className="mut not-phone">{t('import.hint.paste')}</span>
        </section>
        {error && (
          <p className="notice bad" role="alert">
            {error}
          </p>
        )}
        <ul className="plain mut">
          <li>{t('import.hint.safe')}</li>
          <li>{t('import.hint.undo')}</li>
        </ul>
      </div>
    </Page>
  );
}
