import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fault } from '../../src/kernel/fault.ts';
import { loadModel, type OperationModel, type ServiceModel } from '../../src/model/model.ts';
import type { Member, StructureShape } from '../../src/model/shape.ts';
import type { HttpRequest, HttpResponse } from '../../src/wire/http-message.ts';
import type { Protocol } from '../../src/wire/protocols/protocol.ts';
import { type Carries, canonical, structureOf } from './arbitrary.ts';
import { declaredQueryErrors, type QueryError } from './query-errors.ts';
import { type Loopback, sdkCommand, sdkLoopback } from './sdk-loopback.ts';

/** One service in one of its protocols, and the official client that speaks it. */
export interface Contract {
  /** Name of the model. */
  readonly service: string;
  /** The client package. */
  readonly sdk: object;
  readonly clientName: string;
  readonly protocol: Protocol;
  readonly sends: Carries;
  readonly receives: Carries;
  /** Config of the client beside the usual. */
  readonly config?: object;
  /** Members that the client does not know or does not let through. */
  readonly leaveOut?: (member: Member, shape: StructureShape) => boolean;
  /** Operations that this client cannot call. */
  readonly skips?: ReadonlySet<string>;
  /** What the input of a command must have so that the client sends it at all. */
  readonly minimal?: (operation: OperationModel) => object;
  /** How the operation is found from a request alone, where the path tells it. */
  readonly finds?: (service: ServiceModel, request: HttpRequest) => OperationModel | undefined;
  /** What the service makes of the request id, where it answers another. */
  readonly answeredId?: string;
  /** True where the SDK adds to an input, or to an answer, what was not in it. */
  readonly ignored?: (member: string, operation: OperationModel) => boolean;
}

const requestId = '8b5f0c5e-0000-4000-8000-000000000000';

/** By default a few cases that are always the same; `CONTRACT_RUNS=100` makes as many new ones per operation and direction. */
const contractRuns = Number(process.env.CONTRACT_RUNS ?? 0);
const runsOf = (usual: number) => (contractRuns > 0 ? { numRuns: contractRuns } : { numRuns: usual, seed: 1 });

/** Proves a protocol against the official client of a service, for each of its operations. */
export const roundTrips = (contract: Contract): void => {
  const { service, sdk, clientName, protocol, leaveOut } = contract;
  const sends = leaveOut ? { ...contract.sends, leaveOut } : contract.sends;
  const receives = leaveOut ? { ...contract.receives, leaveOut } : contract.receives;
  const model = loadModel(service);
  const loopback = sdkLoopback(sdk, clientName, contract.config);
  const names = model.operationNames.filter((name) => !contract.skips?.has(name) && `${name}Command` in sdk);
  const operations = names.map((name) => model.findOperation(name)!);
  const minimal = (operation: OperationModel) => contract.minimal?.(operation) ?? {};
  const runs = runsOf(operations.length > 300 ? 1 : operations.length > 60 ? 2 : 4);
  const title = `${service} over ${protocol.name}`;

  test(`${title}: the client has the operations of the model`, () => {
    const absent = model.operationNames.filter((name) => !(`${name}Command` in sdk));
    assert.ok(absent.length <= model.operationNames.length / 4, absent.join());
  });

  test(`${title}: every input reaches us as the SDK was given it`, async () => {
    for (const operation of operations) {
      const inputs = structureOf(operation.input, sends);
      await fc.assert(
        fc.asyncProperty(inputs, async (input) => {
          let received: unknown;
          loopback.answerWith((request) => {
            if (contract.finds) assert.equal(contract.finds(model, request)?.name, operation.name);
            received = protocol.decode(operation, request);
            return protocol.encode(operation, {}, requestId);
          });
          // Whether the client is content with an answer of nothing is not asked here.
          await loopback.client.send(sdkCommand(sdk, operation.name, input)).catch((refusal) => {
            if (received === undefined) throw refusal;
          });
          const compared = without(received as object, contract, operation, input);
          assert.deepEqual(canonical(compared), canonical(input), operation.name);
        }),
        runs,
      );
    }
  });

  test(`${title}: every output comes out of the SDK as we were given it`, async () => {
    for (const operation of operations) {
      const { output: shape } = operation;
      if (shape === undefined) continue;
      const outputs = structureOf(shape, receives);
      await fc.assert(
        fc.asyncProperty(outputs, async (output) => {
          loopback.answerWith(() => protocol.encode(operation, output, requestId));
          const { $metadata, ...returned } = await loopback.client.send(
            sdkCommand(sdk, operation.name, minimal(operation)),
          );
          const collected = await collect(returned);
          const compared = without(collected, contract, operation, output);
          assert.deepEqual(canonical(compared), canonical(output), operation.name);
          assert.equal(($metadata as { requestId: string }).requestId, contract.answeredId ?? requestId);
        }),
        runs,
      );
    }
  });

  test(`${title}: every modelled error comes out of the SDK with code, message, members and status`, async () => {
    const errors = new Map(
      operations.flatMap((operation) => operation.errors.map((error) => [error.name, { operation, error }])),
    );
    for (const { operation, error } of errors.values()) {
      const members = structureOf(error, receives, ({ name }) => /^(error)?message$/i.test(name));
      await fc.assert(
        fc.asyncProperty(receives.strings, members, async (message, extra) => {
          loopback.answerWith(() =>
            protocol.encodeFault(model, operation, fault(error.name, message, { members: extra }), requestId),
          );
          const thrown = await refusalOf(loopback, sdkCommand(sdk, operation.name, minimal(operation)));
          // Clients of query-compatible services go by the code in x-amzn-query-error where several errors share it.
          const names = model.queryCompatible ? [error.name, error.error!.code] : [error.name];
          assert.ok(names.includes(thrown.name), `${thrown.name} is not ${names}`);
          if (message !== '') assert.equal(thrown.message, message);
          for (const [name, value] of Object.entries(extra)) {
            assert.deepEqual(canonical(thrown[name]), canonical(value), `${error.name}.${name}`);
          }
          assert.equal(thrown.$metadata.httpStatusCode, statusOf(protocol, error));
          assert.equal(thrown.$metadata.requestId, contract.answeredId ?? requestId);
        }),
        runsOf(1),
      );
    }
  });

  if (protocol.name !== 'aws-query' && !model.queryCompatible) return;
  test(`${title}: every error has the Query code and status that the client itself declares`, () => {
    const declared = [...declaredQueryErrors(sdk)].filter(([name]) => model.findError(name)?.name === name);
    assert.ok(declared.length > 0);
    for (const [name, [code, status, type]] of declared) {
      const answer = protocol.encodeFault(model, undefined, fault(name, 'message'), requestId);
      const expected = protocol.name === 'aws-query' ? [code, status, type] : `${code};${type}`;
      assert.deepEqual(saidInQuery(protocol, answer), expected, name);
    }
  });
};

/** Code, status and type over Query; the header with code and type over the protocols that succeeded it. */
const saidInQuery = ({ name }: Protocol, { status, headers, body }: HttpResponse): QueryError | string | undefined => {
  if (name !== 'aws-query') return headers['x-amzn-query-error'];
  const [, type, code] = /<Type>(.*)<\/Type>\s*<Code>(.*)<\/Code>/.exec(String(body))!;
  return [code!, status, type as QueryError[2]];
};

/** AWS JSON blames the client with 400, whatever the model says; the others say the model's status. */
const statusOf = ({ name }: Protocol, { error }: StructureShape): number =>
  name === 'aws-json' && !error!.fault ? 400 : error!.httpStatus;

interface SdkError extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly message: string;
  readonly $metadata: { readonly httpStatusCode: number; readonly requestId: string };
}

const refusalOf = ({ client }: Loopback, command: object): Promise<SdkError> =>
  client.send(command).then(
    () => assert.fail('the call did not fail'),
    (refusal: SdkError) => refusal,
  );

const without = (value: object, { ignored }: Contract, operation: OperationModel, expected: object): object =>
  ignored === undefined
    ? value
    : Object.fromEntries(Object.entries(value).filter(([name]) => name in expected || !ignored(name, operation)));

/** Reads streams to their end: bodies become bytes, event streams lists of events. */
const collect = async (output: Record<string, unknown>): Promise<Record<string, unknown>> => {
  const collected: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(output)) {
    if (typeof value === 'object' && value !== null && 'transformToByteArray' in value) {
      collected[name] = await (value as { transformToByteArray(): Promise<Uint8Array> }).transformToByteArray();
    } else if (typeof value === 'object' && value !== null && Symbol.asyncIterator in value) {
      const events: unknown[] = [];
      for await (const event of value as AsyncIterable<unknown>) events.push(event);
      collected[name] = events;
    } else collected[name] = value;
  }
  return collected;
};

/** An input with every label, without which no client finds a path. */
export const labels = (operation: OperationModel): object =>
  Object.fromEntries(
    operation.input.members
      .filter(({ location }) => location === 'uri')
      .map(({ name, shape }) => [name, shape.type === 'string' ? 'label' : 1]),
  );
