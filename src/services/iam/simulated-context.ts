import type { ContextEntry } from '@aws-sdk/client-iam';
import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import type { Membership } from '../../kernel/organizations.ts';
import type { Principal } from '../../policy/policy.ts';

/**
 * The context of a simulated request: what the caller gave, and what follows from the principal, from whoever owns the
 * resource, from their organizations and from the clock.
 *
 * @throws {Fault} `InvalidInput` for an entry without the name of its key
 */
export class SimulatedContext {
  /** Keys that policies asked for in vain. */
  readonly missing = new Set<string>();
  readonly #values: ReadonlyMap<string, string | readonly string[]>;

  /** @param owner account of the resource */
  constructor(
    principal: Principal,
    owner: string,
    { tx, now, organizations }: Pick<Call, 'tx' | 'now' | 'organizations'>,
    entries: readonly ContextEntry[] = [],
  ) {
    this.#values = new Map([
      ...principalKeys(principal),
      ['aws:resourceaccount', owner],
      ...organizationKeys('principal', organizations.membershipOf(tx, principal.account)),
      ...organizationKeys('resource', organizations.membershipOf(tx, owner)),
      ...clockKeys(now),
      ...entries.map(entryOf),
    ]);
  }

  readonly lookup = (key: string): string | readonly string[] | undefined => {
    const value = this.#values.get(key);
    if (value === undefined) this.missing.add(key);
    return value;
  };
}

type ContextValue = readonly [key: string, value: string | readonly string[]];

const entryOf = ({ ContextKeyName, ContextKeyType, ContextKeyValues = [] }: ContextEntry): ContextValue => [
  nameOf(ContextKeyName),
  ContextKeyType?.endsWith('List') ? ContextKeyValues : (ContextKeyValues[0] ?? ''),
];

const nameOf = (contextKey: string | undefined): string => {
  if (contextKey === undefined) throw fault('InvalidInput', 'Invalid Context Entry: ContextKeyName is missing.');
  return contextKey.toLowerCase();
};

const principalKeys = ({ kind, account, arn, roleArn, userId, userName, tags = {} }: Principal): ContextValue[] => [
  ['aws:principalaccount', account],
  ['aws:principalarn', roleArn ?? arn],
  ['aws:principaltype', kind === 'assumed-role' ? 'AssumedRole' : 'User'],
  ['aws:userid', userId],
  ...(userName === undefined ? [] : [['aws:username', userName] as const]),
  ...Object.entries(tags).map(([key, value]) => [`aws:principaltag/${key.toLowerCase()}`, value] as const),
];

const organizationKeys = (whose: 'principal' | 'resource', membership: Membership | undefined): ContextValue[] =>
  membership
    ? [
        [`aws:${whose}orgid`, membership.organizationId],
        [`aws:${whose}orgpaths`, [membership.path]],
      ]
    : [];

const clockKeys = (now: Date): ContextValue[] => [
  ['aws:currenttime', now.toISOString()],
  ['aws:epochtime', String(Math.floor(now.getTime() / 1000))],
];
