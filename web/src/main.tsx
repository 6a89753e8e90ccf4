import '@fontsource-variable/inter/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/kit.css';
import './styles/states.css';
import './styles/form.css';
import './styles/float.css';
import './styles/shell.css';
import './styles/list.css';
import './styles/customer.css';
import './styles/followup.css';
import './styles/pages.css';
import './styles/admin.css';
import './styles/audit.css';
import './styles/sheets.css';
import './styles/market.css';
import './styles/service.css';
import './styles/notice.css';
import './styles/alert.css';
import './styles/field.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { onGuarded, onSignedOut, onStale, Refused } from './api/client';
import { sessionQuery } from './api/shared';
import { makeRouter } from './app/router';
import { askBack } from './app/server/standing';
import { startWords } from './app/words';
import { prove } from './features/security/prove';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // a refusal stays a refusal; only the network and an overloaded server are worth a second try
      retry: (times, error) => times < 1 && !(error instanceof Refused && error.status > 0 && error.status < 500),
    },
  },
});
const router = makeRouter(client);
// the page that was asked for is on its way while the words and the session still are
for (const route of router.getMatchedRoutes(location.pathname)[0])
  void (route.options.component as { preload?: () => Promise<void> } | undefined)?.preload?.();
onSignedOut(async () => {
  // who was at work comes back in over what he was doing; who only came by signs in
  if (client.getQueryData(sessionQuery.queryKey) && document.querySelector('.shell')) return askBack();
  client.clear();
  const next = location.pathname + location.search;
  if (!next.startsWith('/login')) void router.navigate({ to: '/login', search: { next: next === '/' ? undefined : next } });
  return false;
});
onStale((...late) => import('./features/conflict/settle').then((m) => m.settle(...late)));

onGuarded(prove, () => {
  if (!location.pathname.startsWith('/enrol')) void router.navigate({ to: '/enrol' });
});

const root = document.getElementById('root');
void startWords().then(
  () =>
    root &&
    createRoot(root).render(
      <StrictMode>
        <QueryClientProvider client={client}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </StrictMode>,
    ),
);
