import type { Seed } from './seed.ts';
import type { Services } from './service-set.ts';
import type { Transaction } from './store/store.ts';

/** Creates what a seed describes, in one transaction. @throws {Fault} as the API operations that would do the same */
export const plant = (tx: Transaction, seed: Seed, { identity, keys, quotas }: Services, now: Date): void => {
  for (const account of seed.accounts) identity.seedAccount(tx, account, now);
  for (const { account } of [...seed.keys, ...seed.policies, ...seed.groups, ...seed.users, ...seed.roles]) {
    identity.seedAccount(tx, account, now);
  }
  for (const { name, ...policy } of seed.policies) identity.seedPolicy(tx, { ...policy, policyName: name }, now);
  for (const { name, policies, ...group } of seed.groups) {
    identity.seedGroup(tx, { ...group, groupName: name, inlinePolicies: policies }, now);
  }
  for (const { name, policies, accessKeys, ...user } of seed.users) {
    const pairs = accessKeys.map(({ id, secret }) => ({ accessKeyId: id, secretAccessKey: secret }));
    identity.seedUser(tx, { ...user, userName: name, inlinePolicies: policies, accessKeys: pairs }, now);
  }
  for (const { name, policies, ...role } of seed.roles) {
    identity.seedRole(tx, { ...role, roleName: name, inlinePolicies: policies }, now);
  }
  for (const key of seed.keys) keys.seedKey(tx, key, now);
  for (const quota of seed.quotas) quotas.seedQuota(tx, quota);
};
