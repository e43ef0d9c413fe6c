import type { Engine } from './engines/engine.ts';
import { http } from './engines/http.ts';
import { mysql } from './engines/mysql.ts';
import { postgres } from './engines/postgres.ts';
import { redis } from './engines/redis.ts';

/** A rotator that is built in. */
export interface Rotator {
  readonly engine: Engine;
  /** Alternating users: a master makes the next one. Else the user changes its own password. */
  readonly alternating: boolean;
}

const both = (prefix: string, engine: Engine): readonly (readonly [string, Rotator])[] => [
  [`${prefix}SingleUser`, { engine, alternating: false }],
  [`${prefix}MultiUser`, { engine, alternating: true }],
];

/** By the function name; those of databases are the names of AWS's serverless applications for rotation. */
const rotators: ReadonlyMap<string, Rotator> = new Map([
  ...both('SecretsManagerRDSPostgreSQLRotation', postgres),
  ...both('SecretsManagerRDSMySQLRotation', mysql),
  ...both('SecretsManagerRDSMariaDBRotation', mysql),
  ...both('SecretsManagerRedisRotation', redis),
  ...both('SecretsManagerHTTPRotation', http),
]);

/** What a function ARN names of what is built in. */
export interface RotatorPlace {
  readonly arn: string;
  readonly region: string;
  readonly account: string;
  readonly name: string;
  readonly rotator: Rotator;
}

/** The built-in rotator behind an ARN; undefined: there is none. */
export const findRotator = (arn: string): RotatorPlace | undefined => {
  const [, region = '', account = '', name = ''] =
    /^arn:aws:lambda:([a-z0-9-]+):(\d{12}):function:(\w+)$/.exec(arn) ?? [];
  const rotator = rotators.get(name);
  return rotator && { arn, region, account, name, rotator };
};
