/** Small things kept in this browser; a full or forbidden storage is no reason to fail. */
export function keep(key: string, value: unknown) {
  try {
    if (value === null || value === undefined) localStorage.removeItem(`zk.${key}`);
    else localStorage.setItem(`zk.${key}`, JSON.stringify(value));
  } catch {
    // private mode or full: the page works without it
  }
}
export function kept<T>(key: string): T | null {
  try {
    const raw = localStorage.getItem(`zk.${key}`);
    return raw ? (JSON.parse(raw) as T) : null;
  } catch {
    return null;
  }
}
