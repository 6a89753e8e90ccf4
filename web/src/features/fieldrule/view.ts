export const VIEWS = ['required', 'words', 'personal', 'layouts'] as const;
export type View = (typeof VIEWS)[number];
/** Which part of the rules stands in the address; the first without a word. */
export const viewSearch = (s: Record<string, unknown>): { view?: View } => ({ view: VIEWS.find((v) => v === s.view) });
