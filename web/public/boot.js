// Runs before the first paint, so that nobody sees the wrong theme or language flash. A file of its own: the policy is script-src 'self'.
try {
  var theme = localStorage.getItem('zk.theme');
  if (theme !== 'dark' && theme !== 'light') theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.dataset.theme = theme;
  if (localStorage.getItem('zk.language') === 'en') document.documentElement.lang = 'en';
} catch (_) {}
