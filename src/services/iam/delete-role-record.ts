import type { Transaction } from '../../store/store.ts';
import { accounts } from './accounts.ts';
import { setBoundary } from './held-policies.ts';
import { roleHolder } from './policy-holders.ts';
import { type RoleRecord, roles } from './roles.ts';
import { forgetServiceUses } from './service-uses.ts';

/** Deletes a role; whoever asks has made sure that nothing else hangs on it. */
export const deleteRoleRecord = (tx: Transaction, record: RoleRecord): void => {
  if (record.permissionsBoundary !== undefined) setBoundary(tx, roleHolder(record), undefined);
  roles.delete(tx, record);
  forgetServiceUses(tx, record.roleId);
  accounts.countOneLess(tx, record.account, 'RolesPerAccount');
};
