export type Rule = { field: string; op: string; value?: unknown };
/** What the filter builder holds: rules and groups of rules, joined by one word, or the contrary of them. It stands in the URL. */
export type Group = { mode: 'all' | 'any'; rules: Rule[]; groups?: Group[]; not?: boolean };
export type FilterTree = Group;
export type Node = Rule | { all: Node[] } | { any: Node[] } | { not: Node };

export const whole = (rule: Rule): boolean =>
  /^(not_)?empty$/.test(rule.op) ||
  (rule.value !== undefined &&
    rule.value !== null &&
    rule.value !== '' &&
    !(Array.isArray(rule.value) && (!rule.value.length || (rule.op === 'between' && rule.value.some((v) => v === null || v === '')))));
export const rulesOf = (f: Group): Rule[] => [...f.rules, ...(f.groups ?? []).flatMap(rulesOf)];
export const ruleCount = (f: FilterTree | undefined): number => (f ? rulesOf(f).filter(whole).length : 0);

/** The rule that a tree lays on every record by this field, if it has one. */
export const ruleOf = (f: FilterTree | undefined, field: string): Rule | undefined =>
  f && f.mode === 'all' && !f.not ? f.rules.find((r) => r.field === field) : undefined;
/** The tree with this rule for its field beside all that it asked before; null takes the rule away. */
export function withRule(f: FilterTree | undefined, field: string, rule: Rule | null): FilterTree {
  const plain: FilterTree = !f
    ? { mode: 'all', rules: [] }
    : f.mode === 'all' && !f.not
      ? f
      : { mode: 'all', rules: [], groups: f.rules.length || f.groups?.length ? [f] : [] };
  const at = plain.rules.findIndex((r) => r.field === field);
  if (at < 0) return rule ? { ...plain, rules: [...plain.rules, rule] } : plain;
  return { ...plain, rules: plain.rules.flatMap((r, i) => (i === at ? (rule ?? []) : r)) };
}

export function join(mode: 'all' | 'any', nodes: Node[]): Node | null {
  if (!nodes.length) return null;
  if (nodes.length === 1) return nodes[0] as Node;
  return mode === 'all' ? { all: nodes } : { any: nodes };
}
export function toNode(f: FilterTree | undefined): Node | null {
  if (!f) return null;
  const node = join(f.mode, [...f.rules.filter(whole), ...(f.groups ?? []).flatMap((g) => toNode(g) ?? [])]);
  return node && f.not ? { not: node } : node;
}
/** The text that the API takes: never a rule alone. */
export const toText = (f: FilterTree | undefined): string | undefined => {
  const node = toNode(f);
  return node ? JSON.stringify('field' in node ? { all: [node] } : node) : undefined;
};

/** The builder's form of what the API holds. */
export function fromNode(node: Node): FilterTree {
  if ('field' in node) return { mode: 'all', rules: [node] };
  if ('not' in node) {
    const inner = fromNode(node.not);
    return inner.not
      ? { mode: 'all', rules: [], groups: [{ mode: 'all', rules: [], groups: [inner], not: true }] }
      : { ...inner, not: true };
  }
  const mode = 'any' in node ? 'any' : 'all';
  const parts = 'any' in node ? node.any : node.all;
  const groups = parts.filter((p) => !('field' in p)).map(fromNode);
  return { mode, rules: parts.filter((p): p is Rule => 'field' in p), ...(groups.length ? { groups } : {}) };
}
export function fromText(text: string): FilterTree {
  const tree = fromNode(JSON.parse(text) as Node);
  return tree.not ? { mode: 'all', rules: [], groups: [tree] } : tree;
}
