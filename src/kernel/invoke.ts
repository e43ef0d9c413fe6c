import type {
  CreateGrantCommandInput,
  CreateGrantCommandOutput,
  DecryptCommandInput,
  DecryptCommandOutput,
  DescribeKeyCommandInput,
  DescribeKeyCommandOutput,
  EncryptCommandInput,
  EncryptCommandOutput,
  GenerateDataKeyCommandInput,
  GenerateDataKeyCommandOutput,
  GenerateDataKeyWithoutPlaintextCommandInput,
  GenerateDataKeyWithoutPlaintextCommandOutput,
  ReEncryptCommandInput,
  ReEncryptCommandOutput,
  RetireGrantCommandInput,
} from '@aws-sdk/client-kms';
import type {
  CreateSecretCommandInput,
  CreateSecretCommandOutput,
  GetSecretValueCommandInput,
  GetSecretValueCommandOutput,
} from '@aws-sdk/client-secrets-manager';
import { randomUuid } from '../crypto/random.ts';
import type { Call } from './call.ts';
import type { Eventually } from './eventually.ts';
import type { Input, Output } from './operation.ts';

/** What services call of one another, each with its input and output. */
export interface Invocable {
  'kms.CreateGrant': [Input<CreateGrantCommandInput>, Output<CreateGrantCommandOutput>];
  'kms.Decrypt': [Input<DecryptCommandInput>, Output<DecryptCommandOutput>];
  'kms.DescribeKey': [Input<DescribeKeyCommandInput>, Output<DescribeKeyCommandOutput>];
  'kms.Encrypt': [Input<EncryptCommandInput>, Output<EncryptCommandOutput>];
  'kms.GenerateDataKey': [Input<GenerateDataKeyCommandInput>, Output<GenerateDataKeyCommandOutput>];
  'kms.GenerateDataKeyWithoutPlaintext': [
    Input<GenerateDataKeyWithoutPlaintextCommandInput>,
    Output<GenerateDataKeyWithoutPlaintextCommandOutput>,
  ];
  'kms.ReEncrypt': [Input<ReEncryptCommandInput>, Output<ReEncryptCommandOutput>];
  'kms.RetireGrant': [Input<RetireGrantCommandInput>, Record<string, never>];
  'secretsmanager.CreateSecret': [Input<CreateSecretCommandInput>, Output<CreateSecretCommandOutput>];
  'secretsmanager.GetSecretValue': [Input<GetSecretValueCommandInput>, Output<GetSecretValueCommandOutput>];
}

/**
 * Calls an operation of another service in a forward access session: as the caller of this call, with its policies and
 * session, in this call's transaction. It passes every stage that a request passes (throttle, validate, authorize,
 * absent?, handle) and has a journal record of its own, with the calling service as `invokedBy`. What a service calls of
 * its own comes from where the request came from: no policy about networks is passed by.
 *
 * A call that fails leaves no write behind, so a handler may catch the fault and go on. If the calling operation fails in
 * the end, nothing that was invoked takes effect either; the journal then keeps the records of what failed and of what
 * only read.
 *
 * Answers at once where the operation needs no I/O, else a promise: to be awaited, before the next one is invoked.
 *
 * @param region where it acts; absent: in the Region of this call
 * @throws {Fault} as a client would get it: `AccessDenied`, `NotFoundException` …
 * @see IAM: "Forward access sessions"
 */
export type Invoke = <Name extends keyof Invocable>(
  name: Name,
  input: Invocable[Name][0],
  region?: string,
) => Eventually<Invocable[Name][1]>;

/** What distinguishes an invoked call from the one that invokes it. */
export type Forwarded = Pick<Call, 'service' | 'operation' | 'region' | 'invoke'>;

/** The call that a service makes on behalf of its caller. @param service that invokes: `ssm.amazonaws.com` */
export const forward = (outer: Call, service: string, { region, invoke, ...target }: Forwarded): Call => ({
  ...outer,
  ...target,
  requestId: randomUuid(),
  sentRequestId: outer.sentRequestId ?? outer.requestId,
  eventId: randomUuid(),
  region,
  invoke,
  ...(target.service !== outer.service && {
    // It never leaves the process.
    origin: { sourceIp: service, userAgent: service, secure: true },
    via: [...(outer.via ?? []), service],
  }),
});
