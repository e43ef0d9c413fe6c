import type { Timer } from '../../events/timers.ts';
import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';

/** Where a key lives; with its id, what its ARN says. */
export interface KeyPlace {
  readonly account: string;
  readonly region: string;
  readonly id: string;
}

/** The key that a timer is about. @param payload whose members account, region and id name it */
export const keyPlaceIn = ({ account = '', region = '', id = '' }: Timer['payload']): KeyPlace => ({
  account,
  region,
  id,
});

/** What a request may write where a key is asked for, with the place filled in. */
export type KeyReference =
  | ({ readonly kind: 'key' } & KeyPlace)
  | { readonly kind: 'alias'; readonly account: string; readonly region: string; readonly name: string };

/** @see KMS developer guide: "Key identifiers (KeyId)" */
export const keyArn = ({ account, region, id }: KeyPlace): string => `arn:aws:kms:${region}:${account}:key/${id}`;

/** @param name with its prefix, `alias/app` */
export const aliasArn = (account: string, region: string, name: string): string =>
  `arn:aws:kms:${region}:${account}:${name}`;

/** The form of the ids that CreateKey makes: a UUID, or `mrk-` and 32 hexadecimal digits for multi-Region keys. */
export const isKeyId = (id: string): boolean => keyIdPattern.test(id);

const keyIdPattern = /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/;

/**
 * Reads a key id, key ARN, alias name or alias ARN; names without a place are of the caller's account and Region.
 *
 * @param malformed error code for an ARN that names no key and no alias
 * @throws {Fault} `malformed`; `NotFoundException` for an ARN of another Region, which only that Region can resolve
 */
export const parseKeyReference = (text: string, call: Call, malformed = 'NotFoundException'): KeyReference => {
  if (text.startsWith('alias/')) return { kind: 'alias', account: call.account, region: call.region, name: text };
  if (!text.startsWith('arn:')) return { kind: 'key', account: call.account, region: call.region, id: text };
  const match = arnPattern.exec(text);
  if (!match) throw fault(malformed, `Invalid arn ${text}`);
  const [, region, account, name] = match as unknown as [string, string, string, string];
  if (region !== call.region) throw fault('NotFoundException', `Invalid arn ${region}`);
  if (name.startsWith('key/')) return { kind: 'key', account, region, id: name.slice(4) };
  return { kind: 'alias', account, region, name };
};

const arnPattern = /^arn:aws:kms:([a-z0-9-]+):(\d{12}):((?:key|alias)\/.+)$/;
