import type { AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import { randomUuid } from '../../crypto/random.ts';
import type { Caller, Identities } from '../../kernel/caller.ts';
import type { Outcome } from '../../kernel/invocation.ts';
import type { Pipeline } from '../../kernel/pipeline.ts';
import type { Connection } from './connection.ts';
import { environmentContext, undecipherable, type Variables } from './environment.ts';
import { lambdaCaller, lambdaPrincipal, sessionNameOf, unassumable } from './execution-role.ts';
import { functionArn } from './function-names.ts';
import type { VersionRecord } from './function-record.ts';

/** Credentials of an execution role. */
export interface RoleSession {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** A function, and the role that it has. */
type Assuming = Pick<VersionRecord, 'role' | 'name' | 'account' | 'region'>;

/** What Lambda does as a function's execution role. Each call goes through the pipeline, and the journal has it. */
export class RoleSessions {
  readonly #identities: Identities;

  constructor(identities: Identities) {
    this.#identities = identities;
  }

  /** Credentials of the execution role, as its trust policy lets Lambda have them. @throws {Fault} AccessDenied */
  async assume({ pipeline }: Connection, version: Assuming): Promise<RoleSession> {
    const { role, name, account, region } = version;
    const caller = lambdaCaller({ arn: functionArn(version), account });
    const outcome = await ask(pipeline, 'sts', 'AssumeRole', region, () => caller, {
      RoleArn: role,
      RoleSessionName: sessionNameOf(name),
    });
    if (outcome.fault) throw unassumable('AccessDenied');
    const { Credentials: given } = outcome.output as AssumeRoleCommandOutput;
    return {
      accessKeyId: given!.AccessKeyId!,
      secretAccessKey: given!.SecretAccessKey!,
      sessionToken: given!.SessionToken!,
    };
  }

  /** The function's variables, decrypted as its role. @throws {Fault} KMS…Exception */
  async open(connection: Connection, version: VersionRecord, session: RoleSession): Promise<Variables> {
    if (version.environment === undefined) return {};
    const outcome = await this.ask(connection, session, 'kms', 'Decrypt', version.region, {
      CiphertextBlob: Buffer.from(version.environment, 'base64'),
      EncryptionContext: environmentContext(version),
    });
    if (outcome.fault) throw undecipherable(outcome.fault);
    return JSON.parse(Buffer.from((outcome.output as { Plaintext: Uint8Array }).Plaintext).toString()) as Variables;
  }

  /** An operation as the role, through Lambda. */
  ask(
    { pipeline }: Connection,
    { accessKeyId, sessionToken }: RoleSession,
    service: string,
    operation: string,
    region: string,
    input: object,
  ): Promise<Outcome> {
    const authenticate: Authenticate = (tx, now) =>
      this.#identities.findCredential(tx, accessKeyId, sessionToken, now)!.caller;
    return ask(pipeline, service, operation, region, authenticate, input, [lambdaPrincipal]);
  }
}

type Authenticate = Parameters<Pipeline['run']>[0]['authenticate'];

const ask = (
  pipeline: Connection['pipeline'],
  service: string,
  operation: string,
  region: string,
  authenticate: Authenticate,
  input: object,
  via?: readonly string[],
): Promise<Outcome> =>
  pipeline.run({
    service,
    operation,
    region,
    requestId: randomUuid(),
    // It never leaves the process.
    origin: { sourceIp: lambdaPrincipal, userAgent: lambdaPrincipal, secure: true },
    authenticate: (tx, now): Caller => authenticate(tx, now),
    decode: () => input,
    ...(via && { via }),
  });
