import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as sts from '@aws-sdk/client-sts';
import fc from 'fast-check';
import { fault } from '../../src/kernel/fault.ts';
import { loadModel } from '../../src/model/model.ts';
import { awsJson } from '../../src/wire/protocols/aws-json.ts';
import { awsQuery } from '../../src/wire/protocols/aws-query.ts';
import { anyText, canonical, structureOf, xmlText } from './arbitrary.ts';
import { sdkCommand, sdkLoopback } from './sdk-loopback.ts';

const requestId = '8b5f0c5e-0000-4000-8000-000000000000';
const runs = { numRuns: 20 };

const clients = [
  { service: 'kms', sdk: kms, clientName: 'KMS', protocol: awsJson, sends: anyText, receives: anyText },
  { service: 'iam', sdk: iam, clientName: 'IAM', protocol: awsQuery, sends: anyText, receives: xmlText },
  { service: 'sts', sdk: sts, clientName: 'STS', protocol: awsQuery, sends: anyText, receives: xmlText },
] as const;

for (const { service, sdk, clientName, protocol, sends, receives } of clients) {
  const model = loadModel(service);
  const { client, answerWith } = sdkLoopback(sdk, clientName);
  const query = protocol === awsQuery;
  const operations = model.operationNames.map((name) => model.findOperation(name)!);

  test(`${service}: every input reaches us as the SDK was given it`, async () => {
    for (const operation of operations) {
      const inputs = structureOf(operation.input, { strings: sends, emptyObjects: !query });
      await fc.assert(
        fc.asyncProperty(inputs, async (input) => {
          let received: unknown;
          answerWith((request) => {
            received = protocol.decode(operation, request);
            return protocol.encode(operation, {}, requestId);
          });
          await client.send(sdkCommand(sdk, operation.name, input));
          assert.deepEqual(canonical(received), canonical(input), operation.name);
        }),
        runs,
      );
    }
  });

  test(`${service}: every output comes out of the SDK as we were given it`, async () => {
    for (const operation of operations) {
      if (operation.output === undefined) continue;
      const outputs = structureOf(operation.output, { strings: receives, emptyObjects: !query });
      await fc.assert(
        fc.asyncProperty(outputs, async (output) => {
          answerWith(() => protocol.encode(operation, output, requestId));
          const { $metadata, ...returned } = await client.send(sdkCommand(sdk, operation.name, {}));
          assert.deepEqual(canonical(returned), canonical(output), operation.name);
          assert.equal(($metadata as { requestId: string }).requestId, requestId);
        }),
        runs,
      );
    }
  });

  test(`${service}: every modelled error comes out of the SDK with code, message, members and status`, async () => {
    for (const operation of operations) {
      for (const error of operation.errors) {
        const members = structureOf(error, { strings: receives, emptyObjects: !query }, (name) =>
          /^message$/i.test(name),
        );
        await fc.assert(
          fc.asyncProperty(receives, members, async (message, extra) => {
            answerWith(() =>
              protocol.encodeFault(model, operation, fault(error.name, message, { members: extra }), requestId),
            );
            const thrown = await client.send(sdkCommand(sdk, operation.name, {})).then(
              () => assert.fail(`${operation.name} did not fail`),
              (refusal) => refusal,
            );
            assert.equal(thrown.name, error.name);
            if (message !== '') assert.equal(thrown.message, message);
            for (const [name, value] of Object.entries(extra))
              assert.deepEqual(canonical(thrown[name]), canonical(value));
            const { httpStatus, fault: receiver } = error.error!;
            assert.equal(thrown.$metadata.httpStatusCode, query || receiver ? httpStatus : 400);
            assert.equal(thrown.$metadata.requestId, requestId);
          }),
          { numRuns: 1 },
        );
      }
    }
  });
}
