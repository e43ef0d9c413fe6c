import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../config.ts';
import type { PrincipalPolicies } from '../../kernel/caller.ts';
import { policiesOfRole, policiesOfUser } from '../../services/iam/policy-sets.ts';
import { roles } from '../../services/iam/roles.ts';
import { users } from '../../services/iam/users.ts';
import { ConfigError } from '../../setting-values.ts';
import { copyToSqlite } from '../../store/engines/sqlite-copy.ts';
import { databasePath } from '../../store/engines/sqlite-schema.ts';
import { openStore } from '../../store/open.ts';
import type { Transaction } from '../../store/store.ts';
import { openStored } from '../../store/stored.ts';
import { unsealHere } from '../unseal-here.ts';

/**
 * The identity policies and boundary of a user or role as they are stored now. Reads a copy, sealed as the original, so
 * that a running server is left alone.
 *
 * @throws {ConfigError} no such user or role, or the state is in memory
 */
export const storedPolicies = async (config: Config, principal: string): Promise<PrincipalPolicies> => {
  const rootKey = await unsealHere(config);
  const directory = mkdtempSync(join(tmpdir(), 'bulwark-policies-'));
  try {
    const { snapshot } = await openStored(config.database ?? config.data, rootKey);
    await copyToSqlite(snapshot, databasePath(directory)).finally(() => snapshot.close());
    const store = await openStore({ data: directory, rootKey });
    try {
      return await store.transact((tx) => policiesOf(tx, principal));
    } finally {
      await store.close();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

const policiesOf = (tx: Transaction, principal: string): PrincipalPolicies => {
  const [, account = '', kind, name = ''] =
    /^arn:aws:(?:iam|sts)::(\d{12}):(user|role|assumed-role)\/(.+)$/.exec(principal) ?? [];
  const user = kind === 'user' && users.find(tx, account, name.slice(name.lastIndexOf('/') + 1));
  if (user) return policiesOfUser(tx, user);
  const roleName = kind === 'role' ? name.slice(name.lastIndexOf('/') + 1) : name.split('/')[0]!;
  const role = kind === 'user' ? undefined : roles.find(tx, account, roleName);
  if (role) return policiesOfRole(tx, role);
  throw new ConfigError(`--principal: there is no user or role ${principal}`);
};
