import { randomUuid } from '../crypto/random.ts';
import { type Caller, type Identities, serviceCaller } from '../kernel/caller.ts';
import type { Pipeline } from '../kernel/pipeline.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { RotatorPlace } from './rotator-names.ts';

/** What the rotators stand on. */
export interface RotatorParts {
  readonly store: Store;
  readonly identities: Identities;
  /** Whether a role exists. */
  hasRole(tx: Transaction, roleArn: string): boolean;
  /** Makes a role with one inline policy. */
  makeRole(
    tx: Transaction,
    role: { account: string; roleName: string; trustPolicy: string; policy: string },
    now: Date,
  ): void;
}

/** How the rotators reach the rest of the server. */
export interface RotatorConnection {
  readonly pipeline: Pick<Pipeline, 'run'>;
  readonly now: () => Date;
}

/** The role that built-in rotators run as in every account that uses them. */
export const rotationRoleName = 'SecretsManagerRotation';

/** Lets a secret be read by rotators of other secrets, which name it as their `masterarn`. */
export const masterTag = 'SecretsManagerRotationMaster';

const lambda = 'lambda.amazonaws.com';

/** Operations of Secrets Manager, asked as the rotation role in a session for one secret. */
export type Ask = (operation: string, input: object) => Promise<unknown>;

/**
 * A session of the rotation role, which is made where the account has none: it reaches the secret that is rotated, and
 * secrets that are tagged to be masters.
 *
 * @throws {Error} the role cannot be assumed
 */
export const rotationSession = async (
  parts: RotatorParts,
  { pipeline, now }: RotatorConnection,
  { arn, account, region, name }: RotatorPlace,
  secretArn: string,
): Promise<Ask> => {
  const roleArn = `arn:aws:iam::${account}:role/${rotationRoleName}`;
  await parts.store.transact((tx) => {
    if (parts.hasRole(tx, roleArn)) return;
    const role = {
      account,
      roleName: rotationRoleName,
      trustPolicy: trustPolicy(account),
      policy: rolePolicy(account),
    };
    parts.makeRole(tx, role, now());
  });
  const ask = async (service: string, operation: string, input: object, as: Authenticate): Promise<unknown> => {
    const outcome = await pipeline.run({
      service,
      operation,
      region,
      requestId: randomUuid(),
      // It never leaves the process.
      origin: { sourceIp: lambda, userAgent: lambda, secure: true },
      authenticate: as,
      decode: () => input,
    });
    if (outcome.fault) throw new Error(`${operation}: ${outcome.fault.code}: ${outcome.fault.message}`);
    return outcome.output;
  };
  const assumed = (await ask(
    'sts',
    'AssumeRole',
    { RoleArn: roleArn, RoleSessionName: name.slice(0, 64), Policy: sessionPolicy(secretArn) },
    () => serviceCaller(lambda, { arn, account }),
  )) as { readonly Credentials: { readonly AccessKeyId: string; readonly SessionToken: string } };
  const { AccessKeyId, SessionToken } = assumed.Credentials;
  return (operation, input) =>
    ask('secretsmanager', operation, input, (tx, at) => {
      const credential = parts.identities.findCredential(tx, AccessKeyId, SessionToken, at);
      if (!credential) throw new Error('the session of the rotation role is over');
      return credential.caller;
    });
};

type Authenticate = (tx: Transaction, now: Date) => Caller;

const document = (...Statement: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });

const trustPolicy = (account: string): string =>
  document({
    Effect: 'Allow',
    Principal: { Service: lambda },
    Action: 'sts:AssumeRole',
    Condition: {
      StringEquals: { 'aws:SourceAccount': account },
      ArnLike: { 'aws:SourceArn': `arn:aws:lambda:*:${account}:function:SecretsManager*` },
    },
  });

const password = { Effect: 'Allow', Action: 'secretsmanager:GetRandomPassword', Resource: '*' };

const readMasters = {
  Effect: 'Allow',
  Action: 'secretsmanager:GetSecretValue',
  Resource: '*',
  Condition: { StringEquals: { [`aws:ResourceTag/${masterTag}`]: 'true' } },
};

const useKeys = {
  Effect: 'Allow',
  Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
  Resource: '*',
  Condition: { StringLike: { 'kms:ViaService': 'secretsmanager.*.amazonaws.com' } },
};

const rotate = [
  'secretsmanager:DescribeSecret',
  'secretsmanager:GetSecretValue',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
];

const rolePolicy = (account: string): string =>
  document(
    {
      Effect: 'Allow',
      Action: rotate,
      Resource: `arn:aws:secretsmanager:*:${account}:secret:*`,
      Condition: {
        ArnLike: {
          'secretsmanager:resource/AllowRotationLambdaArn': `arn:aws:lambda:*:${account}:function:SecretsManager*`,
        },
      },
    },
    password,
    readMasters,
    useKeys,
  );

const sessionPolicy = (secretArn: string): string =>
  document({ Effect: 'Allow', Action: rotate, Resource: secretArn }, password, readMasters, useKeys);
