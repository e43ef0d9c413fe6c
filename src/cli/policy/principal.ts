import { principalTypes } from '../../kernel/context.ts';
import type { Principal } from '../../policy/policy.ts';

/** What a test may say of a principal beside its ARN. */
export interface PrincipalFacts {
  readonly tags?: Readonly<Record<string, string>>;
  /** ARN of the role behind a session, where it has a path. */
  readonly role?: string;
}

/**
 * The principal that an ARN, the name of a service, or `*` for unsigned requests stands for.
 *
 * @returns a sentence where it stands for none
 */
export const principalOf = (name: string, { tags, role }: PrincipalFacts = {}): Principal | string => {
  const common = { arn: name, ...(tags && { tags }) };
  if (name === '*') return { ...common, kind: 'anonymous', account: '', userId: 'anonymous' };
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$/.test(name)) {
    return { ...common, kind: 'service', account: '', userId: name };
  }
  const [, , service, , account = '', ...rest] = name.split(':');
  const resource = rest.join(':');
  const [kind = '', ...path] = resource.split('/');
  if (!name.startsWith('arn:') || !/^\d{12}$/.test(account)) {
    return `"${name}" is no principal: expected the ARN of a user, session, root or identity provider, a service such as logs.amazonaws.com, or *`;
  }
  if (service === 'iam' && resource === 'root') return { ...common, kind: 'root', account, userId: account };
  if (service === 'iam' && kind === 'user' && path.length > 0) {
    return { ...common, kind: 'user', account, userId: exampleUserId, uniqueId: exampleUserId, userName: path.at(-1)! };
  }
  if (service === 'sts' && kind === 'assumed-role' && path.length === 2) {
    const roleArn = role ?? `arn:aws:iam::${account}:role/${path[0]}`;
    const userId = `${exampleRoleId}:${path[1]}`;
    return { ...common, kind: 'assumed-role', account, userId, roleArn, uniqueId: exampleRoleId };
  }
  if (service === 'sts' && kind === 'federated-user' && path.length === 1) {
    return { ...common, kind: 'federated-user', account, userId: `${account}:${path[0]}` };
  }
  if (service === 'iam' && (kind === 'saml-provider' || kind === 'oidc-provider')) {
    return { ...common, kind: 'federated', account: '', userId: '' };
  }
  if (service === 'iam' && kind === 'role') {
    return `a role makes no requests, its sessions do: arn:aws:sts::${account}:assumed-role/${path.at(-1)}/SESSION${path.length > 1 ? `, with role: ${name}` : ''}`;
  }
  if (service === 'iam' && kind === 'group') return 'a group makes no requests, its users do';
  return `"${name}" is the ARN of no principal`;
};

const exampleUserId = 'AIDAEXAMPLEUSER000001';
const exampleRoleId = 'AROAEXAMPLEROLE000001';

/** The condition keys that every request of a principal has, by lower-cased name. @see IAM: "AWS global condition context keys" */
export const contextOfPrincipal = (principal: Principal): ReadonlyMap<string, string> => {
  const { kind, account, arn, roleArn, userId, userName, tags = {} } = principal;
  const keys: readonly (readonly [string, string | undefined])[] = [
    ['aws:principalarn', kind === 'anonymous' || kind === 'service' ? undefined : (roleArn ?? arn)],
    ['aws:principalaccount', account || undefined],
    ['aws:principaltype', principalTypes[kind]],
    ['aws:principalisawsservice', String(kind === 'service')],
    ['aws:userid', userId || undefined],
    ['aws:username', userName],
    ...Object.entries(tags).map(([key, value]) => [`aws:principaltag/${key.toLowerCase()}`, value] as const),
  ];
  return new Map(keys.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
};
