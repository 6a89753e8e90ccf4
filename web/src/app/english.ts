export default Object.assign(
  {},
  ...Object.values(import.meta.glob<Record<string, string>>('@locale/en/*.json', { eager: true, import: 'default' })),
) as Record<string, string>;
