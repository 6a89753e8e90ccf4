import { type ComponentProps, lazy, Suspense } from 'react';

const hard = () => import('./hard');
const LazySelect = lazy(() => hard().then((m) => ({ default: m.HardSelect })));
const LazyCascader = lazy(() => hard().then((m) => ({ default: m.HardCascader })));

/** Fetched while the browser idles, so that the first form opens without a gap. */
export const warmForms = () => void hard();

const Waiting = () => <div className="input waiting" aria-busy="true" />;
export const Select = (props: ComponentProps<typeof LazySelect>) => (
  <Suspense fallback={<Waiting />}>
    <LazySelect {...props} />
  </Suspense>
);
export const Cascader = (props: ComponentProps<typeof LazyCascader>) => (
  <Suspense fallback={<Waiting />}>
    <LazyCascader {...props} />
  </Suspense>
);
