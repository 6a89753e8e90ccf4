import { useBlocker } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { createPortal } from 'react-dom';
import { useWord } from '@/app/words';
import { IconButton } from './button';
import { confirm } from './dialog';
import { useFocusTrap } from './float';

/** A drawer on the right; on a phone a sheet from below. Unsaved work is asked about before it goes. */
export function Sheet({
  title,
  onClose,
  children,
  footer,
  wide,
  tall,
  dirty,
  extra,
  onSubmit,
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
  footer?: ReactNode;
  wide?: boolean;
  tall?: boolean;
  dirty?: boolean;
  extra?: ReactNode;
  onSubmit?: () => void;
}) {
  const t = useWord();
  const ref = useRef<HTMLDivElement>(null);
  const leave = async () => !dirty || (await confirm(t('app.unsaved.title'), t('app.unsaved.text'), t('app.unsaved.leave')));
  const close = async () => void ((await leave()) && onClose());
  // the back key closes the sheet and not the page under it; what leads further away asks first
  useBlocker({
    shouldBlockFn: async ({ action }) => {
      if (action === 'PUSH' || action === 'REPLACE') return false;
      if (action === 'BACK') void close();
      return action === 'BACK' || !(await leave());
    },
    enableBeforeUnload: !!dirty,
  });
  useFocusTrap(ref, close);
  return createPortal(
    <>
      <div className="scrim" aria-hidden="true" onClick={close} />
      <div
        ref={ref}
        className={['sheet', wide && 'wide', (wide || tall) && 'tall'].filter(Boolean).join(' ')}
        role="dialog"
        aria-modal="true"
        aria-label={title}
        tabIndex={-1}
        onKeyDown={(e) => {
          if (onSubmit && e.key === 'Enter' && (e.ctrlKey || e.metaKey) && !e.nativeEvent.isComposing) {
            e.preventDefault();
            onSubmit();
          }
        }}
      >
        <div className="sheet-h">
          <h2>{title}</h2>
          {extra}
          <IconButton label={t('app.verb.close')} onClick={close}>
            <X size={18} />
          </IconButton>
        </div>
        <div className="sheet-body">{children}</div>
        {footer && <footer>{footer}</footer>}
      </div>
    </>,
    document.body,
  );
}
