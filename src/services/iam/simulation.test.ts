import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { account, allowing, documentOf, iamArn, sender } from '../../testing/iam.ts';
import { testServer } from '../../testing/server.ts';

const server = await testServer();
const root = sender(server);
const key = `arn:aws:kms:us-east-1:${account}:key/1234`;
const PolicySourceArn = iamArn('user/sim');
await server.user('sim', allowing('kms:Encrypt', 'kms:Decrypt'), {
  Effect: 'Deny',
  Action: 'kms:Decrypt',
  Resource: '*',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});

const resourcePolicy = (Principal: object): string =>
  documentOf({ Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' });
const secureTransport = (value: string): object => ({
  ContextKeyName: 'aws:SecureTransport',
  ContextKeyType: 'boolean',
  ContextKeyValues: [value],
});

/** Of user sim: the rest of the request, and the first result. */
const rows: readonly (readonly [what: string, input: object, result: object])[] = [
  [
    'the allowing inline policy',
    { ActionNames: ['kms:Encrypt'] },
    { EvalDecision: 'allowed', MatchedStatements: [{ SourcePolicyId: 'user_sim_test', SourcePolicyType: 'user' }] },
  ],
  ['an implicit deny', { ActionNames: ['kms:Sign'] }, { EvalDecision: 'implicitDeny', MatchedStatements: [] }],
  [
    'an explicit deny by the given context',
    { ActionNames: ['kms:Decrypt'], ContextEntries: [secureTransport('false')] },
    { EvalDecision: 'explicitDeny', MissingContextValues: [] },
  ],
  [
    'a context key that policies ask for and nobody gave',
    { ActionNames: ['kms:Decrypt'] },
    { EvalDecision: 'allowed', MissingContextValues: ['aws:securetransport'] },
  ],
  [
    'an additional policy',
    { ActionNames: ['kms:Sign'], PolicyInputList: [documentOf(allowing('kms:Sign'))] },
    { EvalDecision: 'allowed', MatchedStatements: [{ SourcePolicyId: 'PolicyInputList.1', SourcePolicyType: 'none' }] },
  ],
  [
    'a boundary that refuses',
    { ActionNames: ['kms:Encrypt'], PermissionsBoundaryPolicyInputList: [documentOf(allowing('s3:*'))] },
    { EvalDecision: 'implicitDeny', PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false } },
  ],
  [
    'a boundary that allows',
    { ActionNames: ['kms:Encrypt'], PermissionsBoundaryPolicyInputList: [documentOf(allowing('kms:*'))] },
    { EvalDecision: 'allowed', PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true } },
  ],
  [
    'a key policy that names the user',
    { ActionNames: ['kms:Sign'], ResourceArns: [key], ResourcePolicy: resourcePolicy({ AWS: PolicySourceArn }) },
    { EvalDecision: 'allowed', EvalResourceName: key, MatchedStatements: [{ SourcePolicyType: 'resource' }] },
  ],
  [
    'a key policy that leaves it to the account',
    { ActionNames: ['kms:Encrypt'], ResourceArns: [key], ResourcePolicy: resourcePolicy({ AWS: account }) },
    { EvalDecision: 'allowed' },
  ],
  [
    'a key policy that does not, whatever the user may do',
    { ActionNames: ['kms:Encrypt'], ResourceArns: [key], ResourcePolicy: resourcePolicy({ AWS: '999999999999' }) },
    { EvalDecision: 'implicitDeny' },
  ],
  [
    'the key of another account',
    {
      ActionNames: ['kms:Sign'],
      ResourceArns: [key],
      ResourceOwner: 'arn:aws:iam::999999999999:root',
      ResourcePolicy: resourcePolicy({ AWS: '*' }),
    },
    { EvalDecision: 'implicitDeny' },
  ],
];

describe('the simulation shows', () => {
  for (const [what, input, result] of rows) {
    test(what, async () => {
      const { EvaluationResults } = await root('SimulatePrincipalPolicy', { PolicySourceArn, ...input });
      assert.partialDeepStrictEqual(EvaluationResults[0], result);
      assert.equal(EvaluationResults.length, 1);
    });
  }
});

test('every action is asked of every resource, page by page', async () => {
  const input = {
    PolicySourceArn,
    ActionNames: ['kms:Encrypt', 'kms:Sign'],
    ResourceArns: [key, `${key}5`],
    MaxItems: 3,
  };
  const first = await root('SimulatePrincipalPolicy', input);
  const second = await root('SimulatePrincipalPolicy', { ...input, Marker: first.Marker });
  const asked = [...first.EvaluationResults, ...second.EvaluationResults].map(
    ({ EvalActionName, EvalResourceName }) => `${EvalActionName} ${EvalResourceName}`,
  );
  assert.deepEqual(asked, [`kms:Encrypt ${key}`, `kms:Encrypt ${key}5`, `kms:Sign ${key}`, `kms:Sign ${key}5`]);
  assert.equal(second.IsTruncated, false);
});

test('a custom simulation with a resource policy needs the caller', async () => {
  const input = { PolicyInputList: [documentOf(allowing('s3:*'))], ActionNames: ['kms:Sign'], ResourceArns: [key] };
  const ResourcePolicy = resourcePolicy({ AWS: PolicySourceArn });
  await assert.rejects(root('SimulateCustomPolicy', { ...input, ResourcePolicy }), { Code: 'InvalidInput' });
  const { EvaluationResults } = await root('SimulateCustomPolicy', {
    ...input,
    ResourcePolicy,
    CallerArn: PolicySourceArn,
  });
  assert.equal(EvaluationResults[0].EvalDecision, 'allowed');
  await assert.rejects(root('SimulateCustomPolicy', { ...input, CallerArn: iamArn('user/nobody') }), {
    Code: 'InvalidInput',
    message: `Invalid Entity Arn: ${iamArn('user/nobody')} does not exist.`,
  });
});

test('a context entry needs the name of its key', async () => {
  const entries = { ActionNames: ['kms:Encrypt'], ContextEntries: [{ ContextKeyValues: ['1'] }] };
  await assert.rejects(root('SimulatePrincipalPolicy', { PolicySourceArn, ...entries }), { Code: 'InvalidInput' });
});

test('a simulation of more questions than fit into memory answers the first of them', async () => {
  const names = Array.from({ length: 20_000 }, (_, index) => `kms:A${index}`);
  const arns = Array.from({ length: 20_000 }, (_, index) => `arn:aws:s3:::b${index}`);
  const { EvaluationResults, IsTruncated } = await root('SimulateCustomPolicy', {
    PolicyInputList: [documentOf(allowing('kms:A0', 'kms:A1'))],
    ActionNames: names,
    ResourceArns: arns,
    MaxItems: 2,
  });
  assert.equal(IsTruncated, true);
  assert.deepEqual(
    EvaluationResults.map((result: { EvalResourceName: string }) => result.EvalResourceName),
    arns.slice(0, 2),
  );
});

test('a value of a context key is as long as a request could bring it, and policies are no more than they may be', async () => {
  const asked = { PolicyInputList: [documentOf(allowing('s3:*'))], ActionNames: ['s3:GetObject'] };
  const entry = (value: string) => [
    { ContextKeyName: 'aws:UserAgent', ContextKeyType: 'string', ContextKeyValues: [value] },
  ];
  await root('SimulateCustomPolicy', { ...asked, ContextEntries: entry('a'.repeat(8192)) });
  await assert.rejects(root('SimulateCustomPolicy', { ...asked, ContextEntries: entry('a'.repeat(8193)) }), {
    Code: 'InvalidInput',
    message: 'A value of aws:UserAgent is longer than 8192 characters.',
  });
  const long = documentOf(allowing('s3:*')).padEnd(131_072);
  await assert.rejects(root('SimulateCustomPolicy', { ...asked, PolicyInputList: [long, long, long, long, long] }), {
    Code: 'InvalidInput',
    message: 'The policies of PolicyInputList have more than 524288 characters.',
  });
});

test('the last page ends the questions', async () => {
  const input = { PolicyInputList: [documentOf(allowing('s3:*'))], ActionNames: ['s3:GetObject', 's3:PutObject'] };
  const { Marker } = await root('SimulateCustomPolicy', { ...input, MaxItems: 1 });
  const last = await root('SimulateCustomPolicy', { ...input, MaxItems: 1, Marker });
  assert.equal(last.IsTruncated, false);
  assert.equal(last.EvaluationResults[0].EvalActionName, 's3:PutObject');
});
