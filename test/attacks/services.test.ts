import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { randomUuid } from '../../src/crypto/random.ts';
import { parseRecord } from '../../src/journal/record.ts';
import { type Caller, type CallSource, serviceCaller } from '../../src/kernel/caller.ts';
import { OffsetClock } from '../../src/kernel/clock.ts';
import { Pipeline } from '../../src/kernel/pipeline.ts';
import { servicesOn } from '../../src/service-set.ts';
import { openStore } from '../../src/store/open.ts';

/** Services as confused deputies: somebody has a service use a role or key that was not meant for them. */
const account = '111122223333';
const stranger = '999988887777';
const service = 'ecs-tasks.amazonaws.com';
const store = await openStore({ data: ':memory:' });
after(() => store.close());
const { identity, accounts, all } = servicesOn(store);
const pipeline = new Pipeline({
  store,
  clock: new OffsetClock(),
  identities: identity.identities,
  organizations: accounts.lookup,
  services: all,
  report: (error) => assert.fail(error as Error),
});
await store.transact((tx) => identity.seedAccount(tx, account, new Date()));

const run = async (caller: Caller, of: string, operation: string, input: object) => {
  const outcome = await pipeline.run({
    service: of,
    operation,
    region: 'eu-west-2',
    requestId: randomUuid(),
    origin: { sourceIp: caller.arn, userAgent: caller.arn, secure: true },
    authenticate: () => caller,
    decode: () => input,
  });
  if (outcome.fault) throw outcome.fault;
  // biome-ignore lint/suspicious/noExplicitAny: the answer of whatever was asked
  return outcome.output as any;
};
const root: Caller = { kind: 'root', account, arn: `arn:aws:iam::${account}:root`, userId: account };
const { Organization } = await run(root, 'organizations', 'CreateOrganization', {});
const rootOfTree = (await run(root, 'organizations', 'ListRoots', {})).Roots[0].Id;

const taskOf = (owner: string, name = 'task'): CallSource => ({
  arn: `arn:aws:ecs:eu-west-2:${owner}:task/default/${name}`,
  account: owner,
});
const trusting = (Condition: object = {}, Principal: object = { Service: service }, Effect = 'Allow') => ({
  Effect,
  Principal,
  Action: 'sts:AssumeRole',
  Condition,
});

let made = 0;
/** A role with this trust policy. @returns how a service assumes it */
const role = async (...Statement: readonly object[]) => {
  const RoleName = `r${made++}`;
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await run(root, 'iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument });
  const input = { RoleArn: `arn:aws:iam::${account}:role/${RoleName}`, RoleSessionName: 'task' };
  return (caller: Caller) => run(caller, 'sts', 'AssumeRole', input);
};

const ours = serviceCaller(service, taskOf(account));
const theirs = serviceCaller(service, taskOf(stranger));
const nobodys = serviceCaller(service);

/** Guards of a trust policy, and which callers pass. */
const guards: readonly (readonly [what: string, statements: readonly object[], passing: readonly Caller[]])[] = [
  ['none: the service lets anybody in', [trusting()], [ours, theirs, nobodys]],
  ['aws:SourceAccount', [trusting({ StringEquals: { 'aws:SourceAccount': account } })], [ours]],
  ['aws:SourceArn', [trusting({ ArnLike: { 'aws:SourceArn': `arn:aws:ecs:eu-west-2:${account}:*` } })], [ours]],
  ['aws:SourceArn of another task', [trusting({ ArnEquals: { 'aws:SourceArn': taskOf(account, 'other').arn } })], []],
  ['aws:SourceOrgID', [trusting({ StringEquals: { 'aws:SourceOrgID': Organization.Id } })], [ours]],
  [
    'aws:SourceOrgPaths',
    [trusting({ 'ForAnyValue:StringLike': { 'aws:SourceOrgPaths': `${Organization.Id}/${rootOfTree}/*` } })],
    [ours],
  ],
  [
    'a Deny for other sources, as the organization’s data perimeter has it',
    [
      trusting(),
      trusting(
        {
          StringNotEqualsIfExists: { 'aws:SourceOrgID': Organization.Id },
          Null: { 'aws:SourceAccount': 'false' },
          Bool: { 'aws:PrincipalIsAWSService': 'true' },
        },
        { AWS: '*' },
        'Deny',
      ),
    ],
    [ours, nobodys],
  ],
  ['another service', [trusting({}, { Service: 'ec2.amazonaws.com' })], []],
  ['everybody of the account', [trusting({}, { AWS: account })], []],
  ['a federated provider of that name', [trusting({}, { Federated: service })], []],
  ['aws:PrincipalOrgID, which no service has', [trusting({ StringEquals: { 'aws:PrincipalOrgID': '*' } })], []],
];

const names = new Map([
  [ours, 'for a task of the account'],
  [theirs, 'for a task of a stranger'],
  [nobodys, 'for nothing that it names'],
]);

describe('a service assumes a role whose trust policy is guarded by', () => {
  for (const [what, statements, passing] of guards) {
    test(what, async () => {
      const assume = await role(...statements);
      for (const [caller, name] of names) {
        if (passing.includes(caller)) await assume(caller);
        else await assert.rejects(assume(caller), { code: 'AccessDenied' }, name);
      }
    });
  }
});

test('a refused service is in the journal with what it lacked', async () => {
  const assume = await role(trusting({ StringEquals: { 'aws:SourceAccount': account } }));
  await assert.rejects(assume(nobodys), { code: 'AccessDenied' });
  const record = parseRecord((await store.readLog(0, 100_000)).at(-1)!.text);
  assert.partialDeepStrictEqual(record, {
    recipientAccountId: account,
    userIdentity: { type: 'AWSService', invokedBy: service },
    decisions: [
      {
        by: { effect: 'None', type: 'trust' },
        why: {
          missed: [{ statement: 0, mismatches: ['StringEquals aws:sourceaccount'] }],
          absentKeys: ['aws:sourceaccount'],
        },
      },
    ],
  });
});

test('a key that a service may use for one account is of no use to it for another', async () => {
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: root.arn }, Action: 'kms:*', Resource: '*' },
      {
        Effect: 'Allow',
        Principal: { Service: 'logs.eu-west-2.amazonaws.com' },
        Action: 'kms:GenerateDataKey*',
        Resource: '*',
        Condition: { StringEquals: { 'aws:SourceAccount': account } },
      },
    ],
  });
  const { KeyMetadata } = await run(root, 'kms', 'CreateKey', { Policy });
  const generate = (source?: CallSource) =>
    run(serviceCaller('logs.eu-west-2.amazonaws.com', source), 'kms', 'GenerateDataKey', {
      KeyId: KeyMetadata.Arn,
      KeySpec: 'AES_256',
    });
  await generate({ arn: `arn:aws:logs:eu-west-2:${account}:log-group:a`, account });
  await assert.rejects(generate({ arn: `arn:aws:logs:eu-west-2:${stranger}:log-group:a`, account: stranger }), {
    code: 'AccessDenied',
  });
  await assert.rejects(generate(), { code: 'AccessDenied' });
});
