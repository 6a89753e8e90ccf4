/** Every permission there is, by what it is about; the words stand in locale/account.json. */
export const PERMISSIONS: { group: string; list: string[] }[] = [
  {
    group: 'customer',
    list: ['customer.read', 'customer.create', 'customer.write', 'customer.submit', 'customer.review', 'customer.transfer', 'customer.claim', 'customer.release', 'customer.delete', 'customer.merge', 'customer.archive', 'customer.destroy', 'customer.import', 'customer.export', 'customer.override'],
  },
  { group: 'contact', list: ['contact.read', 'contact.write', 'sensitive.reveal'] },
  { group: 'work', list: ['followup.read', 'followup.write', 'task.read', 'task.write'] },
  { group: 'selling', list: ['opportunity.read', 'opportunity.write', 'quote.read', 'quote.write', 'contract.read', 'contract.write', 'order.read', 'order.write', 'payment.read', 'payment.write', 'invoice.read', 'invoice.write', 'amount.read'] },
  { group: 'service', list: ['need.read', 'need.write', 'feedback.read', 'feedback.write', 'ticket.read', 'ticket.write'] },
  { group: 'analysis', list: ['segment.write', 'report.read'] },
  { group: 'control', list: ['audit.read', 'audit.export', 'privacy.manage'] },
  { group: 'system', list: ['user.manage', 'role.manage', 'department.manage', 'dictionary.manage', 'field.manage', 'numbering.manage', 'pool.manage', 'setting.manage', 'backup.manage', 'token.manage'] },
];
export const FIELD_GROUPS = ['contact_values', 'amounts', 'bank', 'free_text', 'custom'];
export const SCOPES = ['own', 'department', 'tree', 'departments', 'all'] as const;
