import { hash } from 'node:crypto';
import type { HttpRequest, HttpResponse } from '../wire/http-message.ts';
import { InstanceTokens, maxTokenSeconds } from './instance-tokens.ts';
import { json, plain } from './responses.ts';
import type { RoleCredentials, RoleSession, Unassumable } from './role-credentials.ts';

/** What an instance says of itself. */
export interface InstanceIdentity {
  readonly instanceId: string;
  readonly roleArn: string;
  readonly region: string;
}

/** An instance id that stays the same for one role: `i-` and 17 hexadecimal digits. */
export const instanceIdOf = (roleArn: string): string => `i-${hash('sha256', roleArn).slice(0, 17)}`;

/**
 * The Instance Metadata Service, version 2 only: a token by PUT, then role credentials to whoever shows it.
 *
 * A PUT that came through a proxy gets no token. Packets' hop limit is not a process's to set, which is why the listener
 * is on loopback unless told otherwise.
 *
 * @see EC2: "Use the Instance Metadata Service to access instance metadata", "Instance metadata categories"
 */
export const instanceMetadata = (
  identity: InstanceIdentity,
  session: Pick<RoleSession, 'get'>,
): ((request: HttpRequest) => HttpResponse | Promise<HttpResponse>) => {
  const tokens = new InstanceTokens();
  const leaves = leavesOf(identity, session);
  return (request) => {
    const { method, headers } = request;
    const path = request.path.replace(/\/{2,}/g, '/');
    if (path === '/latest/api/token') return method === 'PUT' ? tokenAnswer(tokens, request) : plain(405, '');
    if (method !== 'GET' && method !== 'HEAD') return plain(405, '');
    const token = headers['x-aws-ec2-metadata-token'];
    if (token === undefined || !tokens.isValid(token, Date.now())) return plain(401, 'Unauthorized');
    const leaf = leaves[path];
    if (leaf) return leaf();
    const children = listing(Object.keys(leaves), path);
    return children.length > 0 ? plain(200, children.join('\n')) : plain(404, 'Not Found');
  };
};

const tokenAnswer = (tokens: InstanceTokens, { headers }: HttpRequest): HttpResponse => {
  if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) return plain(403, 'Forbidden');
  const asked = headers['x-aws-ec2-metadata-token-ttl-seconds'] ?? '';
  const seconds = /^\d{1,5}$/.test(asked) ? Number(asked) : 0;
  if (seconds < 1 || seconds > maxTokenSeconds) return plain(400, 'Bad Request');
  return plain(200, tokens.issue(seconds, Date.now()), { 'X-aws-ec2-metadata-token-ttl-seconds': String(seconds) });
};

type Leaf = () => HttpResponse | Promise<HttpResponse>;

const leavesOf = (
  { instanceId, roleArn, region }: InstanceIdentity,
  session: Pick<RoleSession, 'get'>,
): Readonly<Record<string, Leaf>> => {
  const account = roleArn.split(':')[4]!;
  const roleName = roleArn.split('/').pop()!;
  const profileArn = `arn:aws:iam::${account}:instance-profile/${roleName}`;
  return {
    [`/latest/meta-data/iam/security-credentials/${roleName}`]: async () => json(200, describe(await session.get())),
    '/latest/meta-data/iam/info': async () => {
      const { Code, LastUpdated } = describe(await session.get());
      return json(200, { Code, LastUpdated, InstanceProfileArn: profileArn });
    },
    '/latest/meta-data/instance-id': () => plain(200, instanceId),
    '/latest/meta-data/placement/region': () => plain(200, region),
    '/latest/meta-data/placement/availability-zone': () => plain(200, `${region}a`),
    '/latest/meta-data/services/domain': () => plain(200, 'amazonaws.com'),
    '/latest/meta-data/services/partition': () => plain(200, 'aws'),
    '/latest/dynamic/instance-identity/document': () =>
      json(200, { accountId: account, instanceId, region, availabilityZone: `${region}a`, version: '2017-09-30' }),
  };
};

const describe = (given: RoleCredentials | Unassumable): Readonly<Record<string, string>> => {
  if ('fault' in given) {
    return {
      Code: 'AssumeRoleUnauthorizedAccess',
      Message: 'EC2 cannot assume the role: its trust policy must allow sts:AssumeRole to ec2.amazonaws.com.',
      LastUpdated: seconds(new Date()),
    };
  }
  return {
    Code: 'Success',
    LastUpdated: seconds(given.lastUpdated),
    Type: 'AWS-HMAC',
    AccessKeyId: given.accessKeyId,
    SecretAccessKey: given.secretAccessKey,
    Token: given.sessionToken,
    Expiration: seconds(given.expiration),
  };
};

const seconds = (moment: Date): string => `${moment.toISOString().slice(0, 19)}Z`;

/** What lies directly under a path, folders with a slash; empty where it is none. */
const listing = (paths: readonly string[], path: string): readonly string[] => {
  const folder = path.endsWith('/') ? path : `${path}/`;
  const below = paths.filter((known) => known.startsWith(folder)).map((known) => known.slice(folder.length));
  return [...new Set(below.map((rest) => rest.replace(/\/.*/s, '/')))].sort();
};
