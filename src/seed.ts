import { parseYaml } from './yaml.ts';

/** Keys, policies, groups, users and roles with chosen ids, as a fixture file describes them. @see docs/seeds.md */
export interface Seed {
  readonly accounts: readonly string[];
  readonly keys: readonly SeededKey[];
  readonly policies: readonly SeededPolicy[];
  readonly groups: readonly SeededGroup[];
  readonly users: readonly SeededUser[];
  readonly roles: readonly SeededRole[];
  readonly quotas: readonly SeededQuota[];
}

/** A KMS key of a chosen id and, where given, chosen material. */
export interface SeededKey {
  readonly account: string;
  readonly region: string;
  readonly id: string;
  /** 32 bytes; absent: random. */
  readonly material?: Buffer;
  readonly description?: string;
  /** JSON text; absent: the default key policy. */
  readonly policy?: string;
  /** Names with their `alias/` prefix. */
  readonly aliases: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** Regions of its replicas; any makes it a multi-Region key. */
  readonly replicas: readonly string[];
}

/** A customer managed policy. */
export interface SeededPolicy {
  readonly account: string;
  readonly name: string;
  readonly document: string;
}

/** An IAM group with its policies. */
export interface SeededGroup {
  readonly account: string;
  readonly name: string;
  /** Inline policies, name → JSON text. */
  readonly policies: Readonly<Record<string, string>>;
  /** ARNs of managed policies. */
  readonly attachedPolicies: readonly string[];
}

/** An IAM user with chosen access keys and policies. */
export interface SeededUser extends SeededGroup {
  readonly accessKeys: readonly { readonly id: string; readonly secret: string }[];
  /** Records of FIDO security keys, with what each is certified for. */
  readonly securityKeys: readonly {
    readonly name: string;
    readonly certifications: Readonly<Record<string, string>>;
  }[];
  /** Names. */
  readonly groups: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** An IAM role. */
export interface SeededRole extends SeededGroup {
  /** JSON text. */
  readonly trustPolicy: string;
  readonly maxSessionSeconds?: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** The value of a quota in an account and Region; lower than AWS's default where a test wants to be throttled. */
export interface SeededQuota {
  readonly account: string;
  readonly region: string;
  /** Service code and quota code. */
  readonly service: string;
  readonly code: string;
  readonly value: number;
}

/** A seed file that cannot be used; the message names the place. Nothing of the file was applied. */
export class SeedError extends Error {}

/**
 * Parses a fixture file.
 *
 * @param text YAML or JSON
 * @param home account and Region of entries that name none
 * @throws {SeedError}
 */
export const parseSeed = (text: string, home: Home): Seed => {
  const file = mapping(parsed(text), 'the file', [
    'accounts',
    'keys',
    'policies',
    'groups',
    'users',
    'roles',
    'quotas',
  ]);
  return {
    accounts: list(file.accounts, 'accounts').map((account, index) =>
      matching(account, `accounts[${index}]`, /^\d{12}$/, '12 digits'),
    ),
    keys: list(file.keys, 'keys').map((entry, index) => keyOf(entry, `keys[${index}]`, home)),
    policies: list(file.policies, 'policies').map((entry, index) =>
      policyOf(entry, `policies[${index}]`, home.account),
    ),
    groups: list(file.groups, 'groups').map((entry, index) => groupOf(entry, `groups[${index}]`, home.account)),
    users: list(file.users, 'users').map((entry, index) => userOf(entry, `users[${index}]`, home.account)),
    roles: list(file.roles, 'roles').map((entry, index) => roleOf(entry, `roles[${index}]`, home.account)),
    quotas: list(file.quotas, 'quotas').map((entry, index) => quotaOf(entry, `quotas[${index}]`, home)),
  };
};

/** Account and Region of entries that name none. */
interface Home {
  readonly account: string;
  readonly region: string;
}

const keyOf = (entry: unknown, at: string, home: Home): SeededKey => {
  const fields = mapping(entry, at, [
    'arn',
    'account',
    'region',
    'id',
    'material',
    'description',
    'policy',
    'aliases',
    'tags',
    'replicas',
  ]);
  const arn =
    fields.arn === undefined
      ? undefined
      : /^arn:aws:kms:([a-z0-9-]+):(\d{12}):key\/([\w-]+)$/.exec(text(fields.arn, `${at}.arn`));
  if (arn === null) throw new SeedError(`${at}.arn: expected arn:aws:kms:REGION:ACCOUNT:key/ID`);
  const material = fields.material === undefined ? undefined : materialOf(fields.material, `${at}.material`);
  return {
    account: arn?.[2] ?? accountOf(fields.account, at, home.account),
    region: arn?.[1] ?? (fields.region === undefined ? home.region : text(fields.region, `${at}.region`)),
    id: arn?.[3] ?? matching(fields.id, `${at}.id`, /^[\w-]{1,128}$/, 'a key id (or give arn)'),
    ...(material && { material }),
    ...(fields.description !== undefined && { description: text(fields.description, `${at}.description`) }),
    ...(fields.policy !== undefined && { policy: documentOf(fields.policy, `${at}.policy`) }),
    aliases: list(fields.aliases, `${at}.aliases`).map((alias, index) =>
      matching(alias, `${at}.aliases[${index}]`, /^alias\/[\w/-]+$/, 'alias/NAME'),
    ),
    tags: texts(fields.tags, `${at}.tags`),
    replicas: list(fields.replicas, `${at}.replicas`).map((region, index) =>
      matching(region, `${at}.replicas[${index}]`, /^[a-z]+(?:-[a-z]+)+-\d+$/, 'a Region'),
    ),
  };
};

const policyOf = (entry: unknown, at: string, account: string): SeededPolicy => {
  const fields = mapping(entry, at, ['account', 'name', 'document']);
  return {
    account: accountOf(fields.account, at, account),
    name: matching(fields.name, `${at}.name`, /^[\w+=,.@-]{1,128}$/, 'a policy name'),
    document: documentOf(fields.document, `${at}.document`),
  };
};

const groupOf = (entry: unknown, at: string, account: string): SeededGroup =>
  holderOf(mapping(entry, at, holderFields), at, account, /^[\w+=,.@-]{1,128}$/);

const userOf = (entry: unknown, at: string, account: string): SeededUser => {
  const fields = mapping(entry, at, [...holderFields, 'accessKeys', 'securityKeys', 'groups', 'tags']);
  return {
    ...holderOf(fields, at, account, /^[\w+=,.@-]{1,64}$/),
    accessKeys: list(fields.accessKeys, `${at}.accessKeys`).map((key, index) =>
      keyPairOf(key, `${at}.accessKeys[${index}]`),
    ),
    securityKeys: list(fields.securityKeys, `${at}.securityKeys`).map((key, index) =>
      securityKeyOf(key, `${at}.securityKeys[${index}]`),
    ),
    groups: list(fields.groups, `${at}.groups`).map((name, index) => text(name, `${at}.groups[${index}]`)),
    tags: texts(fields.tags, `${at}.tags`),
  };
};

const securityKeyOf = (entry: unknown, at: string): SeededUser['securityKeys'][number] => {
  const fields = mapping(entry, at, ['name', 'certifications']);
  return {
    name: matching(fields.name, `${at}.name`, /^[\w+=,.@-]{1,128}$/, 'a name'),
    certifications: texts(fields.certifications, `${at}.certifications`),
  };
};

const roleOf = (entry: unknown, at: string, account: string): SeededRole => {
  const fields = mapping(entry, at, [...holderFields, 'trustPolicy', 'maxSessionDuration', 'tags']);
  const seconds = fields.maxSessionDuration;
  if (seconds !== undefined && !(Number.isInteger(seconds) && Number(seconds) >= 3600 && Number(seconds) <= 43_200))
    throw new SeedError(`${at}.maxSessionDuration: expected 3600 to 43200 seconds`);
  return {
    ...holderOf(fields, at, account, /^[\w+=,.@-]{1,64}$/),
    trustPolicy: documentOf(fields.trustPolicy, `${at}.trustPolicy`),
    ...(seconds !== undefined && { maxSessionSeconds: Number(seconds) }),
    tags: texts(fields.tags, `${at}.tags`),
  };
};

const quotaOf = (entry: unknown, at: string, home: Home): SeededQuota => {
  const { account, region, service, code, value } = mapping(entry, at, [
    'account',
    'region',
    'service',
    'code',
    'value',
  ]);
  if (typeof value !== 'number' || !(value >= 0 && value <= 1e10))
    throw new SeedError(`${at}.value: expected a number from 0 to 10000000000`);
  return {
    account: accountOf(account, at, home.account),
    region: region === undefined ? home.region : text(region, `${at}.region`),
    service: text(service, `${at}.service`),
    code: text(code, `${at}.code`),
    value,
  };
};

const holderFields = ['account', 'name', 'policies', 'attachedPolicies'];

/** What users, groups and roles have alike. */
const holderOf = (
  fields: Readonly<Record<string, unknown>>,
  at: string,
  account: string,
  names: RegExp,
): SeededGroup => ({
  account: accountOf(fields.account, at, account),
  name: matching(fields.name, `${at}.name`, names, 'a name'),
  policies: Object.fromEntries(
    Object.entries(mapping(fields.policies ?? {}, `${at}.policies`)).map(([name, document]) => [
      name,
      documentOf(document, `${at}.policies.${name}`),
    ]),
  ),
  attachedPolicies: list(fields.attachedPolicies, `${at}.attachedPolicies`).map((arn, index) =>
    text(arn, `${at}.attachedPolicies[${index}]`),
  ),
});

const keyPairOf = (entry: unknown, at: string): { readonly id: string; readonly secret: string } => {
  const pair = mapping(entry, at, ['id', 'secret']);
  return {
    id: matching(pair.id, `${at}.id`, /^\w{16,128}$/, '16 to 128 letters, digits or underscores'),
    secret: text(pair.secret, `${at}.secret`),
  };
};

const parsed = (source: string): unknown => {
  try {
    return parseYaml(source, { maxAliasCount: 0 }) ?? {};
  } catch (error) {
    throw new SeedError(`not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
};

const mapping = (value: unknown, at: string, allowed?: readonly string[]): Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new SeedError(`${at}: expected "name: value" entries`);
  const unknown = allowed && Object.keys(value).find((name) => !allowed.includes(name));
  if (unknown !== undefined) throw new SeedError(`${at}: unknown entry "${unknown}"; known: ${allowed!.join(', ')}`);
  return value as Readonly<Record<string, unknown>>;
};

const list = (value: unknown, at: string): readonly unknown[] => {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new SeedError(`${at}: expected a list`);
  return value;
};

const text = (value: unknown, at: string): string => {
  if (typeof value !== 'string')
    throw new SeedError(`${at}: expected text${typeof value === 'number' ? '; put the number in quotes' : ''}`);
  return value;
};

const matching = (value: unknown, at: string, pattern: RegExp, meaning: string): string => {
  if (typeof value !== 'string' || !pattern.test(value))
    throw new SeedError(`${at}: expected ${meaning}${typeof value === 'number' ? ', in quotes' : ''}`);
  return value;
};

const accountOf = (value: unknown, at: string, home: string): string =>
  value === undefined ? home : matching(value, `${at}.account`, /^\d{12}$/, '12 digits');

const texts = (value: unknown, at: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(mapping(value ?? {}, at)).map(([name, entry]) => [name, text(entry, `${at}.${name}`)]),
  );

/** Policy documents may be written as text or, more readably, as YAML. */
const documentOf = (value: unknown, at: string): string =>
  typeof value === 'string' ? value : JSON.stringify(mapping(value, at));

const materialOf = (value: unknown, at: string): Buffer => {
  const bytes = Buffer.from(text(value, at), 'base64');
  if (bytes.length !== 32) throw new SeedError(`${at}: expected 32 bytes in base64`);
  return bytes;
};
