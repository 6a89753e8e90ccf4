import { Building2, ListTodo, NotebookPen } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useMay } from '@/api/shared';
import { Sheet } from '@/kit/sheet';
import { Connection } from './server/connection';
import { closeIt, type Open, openIt, useUI } from './ui';
import { useWord } from './words';

const Palette = lazy(() => import('@/features/palette/palette'));
const QuickAdd = lazy(() => import('@/features/customer/quickadd'));
const CustomerForm = lazy(() => import('@/features/customer/form'));
const WriteSheet = lazy(() => import('@/features/followup/writesheet'));
const TaskSheet = lazy(() => import('@/features/task/form'));
const ServiceSheet = lazy(() => import('@/features/service/form'));
const OrderSheet = lazy(() => import('@/features/order/form'));
const SegmentSheet = lazy(() => import('@/features/segment/editor'));
const WinBackSheet = lazy(() => import('@/features/winback/form'));
const TrialSheet = lazy(() => import('@/features/winback/trialform'));
const ArchiveSheet = lazy(() => import('@/features/archive/put').then((m) => ({ default: m.PutSheet })));
const PasswordSheet = lazy(() => import('@/features/session/password'));
const CheckSheet = lazy(() => import('@/features/duplicate/check'));
const KeysSheet = lazy(() => import('@/features/palette/keys'));
const FileViewer = lazy(() => import('@/features/attachment/viewer'));
const FileDock = lazy(() => import('@/features/attachment/dock'));

/** Fetched while the browser idles: keys typed right after C or Ctrl+K must find their box. */
export function warmOverlays() {
  void import('@/features/palette/palette');
  void import('@/features/customer/quickadd');
  void import('@/features/followup/writesheet');
}

/** Whatever may stand open over any page. */
export function Overlays() {
  const open = useUI((s) => s.open);
  const dock = useUI((s) => s.dock);
  return (
    <>
      <Connection />
      {open && <Opened open={open} />}
      {dock && (
        <Suspense fallback={null}>
          <FileDock />
        </Suspense>
      )}
    </>
  );
}

function Opened({ open }: { open: NonNullable<Open> }) {
  return (
    <Suspense fallback={null}>
      {open.what === 'palette' && <Palette />}
      {open.what === 'plus' && <Plus />}
      {open.what === 'quick' && <QuickAdd name={open.name} />}
      {open.what === 'form' && <CustomerForm id={open.id} only={open.only} />}
      {open.what === 'write' && <WriteSheet id={open.id} name={open.name} />}
      {open.what === 'task' && <TaskSheet id={open.id} customer={open.customer} due={open.due} />}
      {(open.what === 'need' || open.what === 'feedback') && <ServiceSheet noun={open.what} id={open.id} customer={open.customer} />}
      {open.what === 'order' && <OrderSheet id={open.id} customer={open.customer} />}
      {open.what === 'segment' && <SegmentSheet id={open.id} filter={open.filter} />}
      {open.what === 'winback' && <WinBackSheet id={open.id} customer={open.customer} segment={open.segment} />}
      {open.what === 'trial' && <TrialSheet id={open.id} customer={open.customer} />}
      {open.what === 'archive' && <ArchiveSheet customer={open.customer} onClose={closeIt} />}
      {open.what === 'files' && <FileViewer files={open.files} at={open.at} onClose={closeIt} />}
      {open.what === 'password' && <PasswordSheet />}
      {open.what === 'check' && <CheckSheet />}
      {open.what === 'keys' && <KeysSheet />}
    </Suspense>
  );
}

/** The plus of the phone: writing a follow-up first, because that is what it is for. */
function Plus() {
  const t = useWord();
  const may = useMay();
  return (
    <Sheet title={t('app.verb.create')} onClose={closeIt}>
      <div className="biglist">
        {may('followup.write') && (
          <button type="button" onClick={() => openIt({ what: 'write' })}>
            <NotebookPen size={20} />
            <span>
              <b>{t('followup.verb.write')}</b>
              <small>{t('followup.hint.write')}</small>
            </span>
          </button>
        )}
        {may('customer.create') && (
          <button type="button" onClick={() => openIt({ what: 'quick' })}>
            <Building2 size={20} />
            <span>
              <b>{t('customer.verb.create')}</b>
              <small>{t('customer.hint.quick')}</small>
            </span>
          </button>
        )}
        {may('task.write') && (
          <button type="button" onClick={() => openIt({ what: 'task' })}>
            <ListTodo size={20} />
            <span>
              <b>{t('task.verb.create')}</b>
              <small>{t('task.hint.create')}</small>
            </span>
          </button>
        )}
      </div>
    </Sheet>
  );
}
