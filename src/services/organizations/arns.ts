import type { OrganizationRecord } from './organizations.ts';
import type { PolicyType } from './policy-types.ts';

type Owner = Pick<OrganizationRecord, 'id' | 'managementAccount'>;

const arn = ({ id, managementAccount }: Owner, type: string, ...path: readonly string[]): string =>
  `arn:aws:organizations::${managementAccount}:${[type, id, ...path].join('/')}`;

/** ARNs of everything in an organization; all of them carry the management account. */
export const arns = {
  organization: (owner: Owner): string => arn(owner, 'organization'),
  root: (owner: Owner, rootId: string): string => arn(owner, 'root', rootId),
  unit: (owner: Owner, unitId: string): string => arn(owner, 'ou', unitId),
  account: (owner: Owner, account: string): string => arn(owner, 'account', account),
  policy: (owner: Owner, type: PolicyType, policyId: string): string =>
    arn(owner, 'policy', type.toLowerCase(), policyId),
  /** A policy that AWS manages belongs to no account. */
  awsPolicy: (type: PolicyType, policyId: string): string =>
    `arn:aws:organizations::aws:policy/${type.toLowerCase()}/${policyId}`,
  handshake: (owner: Owner, action: string, handshakeId: string): string =>
    arn(owner, 'handshake', action.toLowerCase(), handshakeId),
  /** As one side sees it. */
  transfer: (owner: Owner, direction: 'inbound' | 'outbound', transferId: string): string =>
    arn(owner, 'transfer', 'billing', direction, transferId),
  resourcePolicy: (owner: Owner, resourcePolicyId: string): string => arn(owner, 'resourcepolicy', resourcePolicyId),
} as const;
