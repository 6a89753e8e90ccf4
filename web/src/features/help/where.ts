/** Which section of the manual tells of a page, by the page's address; the longest that fits. */
const TELLS: [string, string][] = [
  ['/', '看板与报表'],
  ['/tasks', '待办'],
  ['/customers', '查找'],
  ['/customers/', '客户页面'],
  ['/contacts', '查找'],
  ['/orders', '订单'],
  ['/segments', '客户分群'],
  ['/archive', '归档'],
  ['/imports', '导入'],
  ['/needs', '需求与反馈'],
  ['/feedback', '需求与反馈'],
  ['/reports', '看板与报表'],
  ['/follow-ups', '写跟进'],
  ['/quality', '季度核对与数据质量'],
  ['/reviews', '团队复盘'],
  ['/win-backs', '挽回与试用'],
  ['/suspects', '查重'],
  ['/key-changes', '客户页面'],
  ['/notices', '提醒'],
  ['/me', '登录'],
  ['/admin/people', '成员与角色'],
  ['/admin/roles', '成员与角色'],
  ['/admin/fields', '字段和档案模板'],
  ['/admin/field-rules', '字段和档案模板'],
  ['/admin/backups', '备份'],
  ['/admin/alerts', '提醒'],
  ['/admin/calendar', '提醒'],
  ['/admin/', '其他管理'],
];

export function tells(path: string): string {
  if (path.startsWith('/customers/') && path.endsWith('/merge')) return '查重';
  let found = TELLS[0] as [string, string];
  for (const x of TELLS) if (x[0] !== '/' && path.startsWith(x[0]) && x[0].length >= found[0].length) found = x;
  return found[1];
}
export const sectionsTold = [...new Set([...TELLS.map(([, section]) => section), '查重'])];
