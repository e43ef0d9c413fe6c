import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { account, allowing, documentOf, iamArn, sender, userSender } from '../../testing/iam.ts';
import { samlMetadata } from '../../testing/iam-rows/certificate.ts';
import { testServer } from '../../testing/server.ts';

const server = await testServer();
const root = sender(server);
const Tags = [{ Key: 'team', Value: 'red' }];
const PolicyDocument = documentOf(allowing('kms:*'));
const AssumeRolePolicyDocument = documentOf({ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' });
const SAMLMetadataDocument = samlMetadata();

/** What creates something with tags, and the permission to tag it. */
const creations: readonly [operation: string, input: object, tagging: string][] = [
  ['CreateUser', { UserName: 'tagged' }, 'iam:TagUser'],
  ['CreateRole', { RoleName: 'tagged', AssumeRolePolicyDocument }, 'iam:TagRole'],
  ['CreatePolicy', { PolicyName: 'tagged', PolicyDocument }, 'iam:TagPolicy'],
  ['CreateInstanceProfile', { InstanceProfileName: 'tagged' }, 'iam:TagInstanceProfile'],
  ['CreateVirtualMFADevice', { VirtualMFADeviceName: 'tagged' }, 'iam:TagMFADevice'],
  ['CreateOpenIDConnectProvider', { Url: 'https://tagged.example.com' }, 'iam:TagOpenIDConnectProvider'],
  ['CreateSAMLProvider', { Name: 'tagged', SAMLMetadataDocument }, 'iam:TagSAMLProvider'],
];

describe('who creates something with tags', () => {
  for (const [operation, input, tagging] of creations) {
    test(`${operation} needs ${tagging} too`, async () => {
      const creator = await userSender(server, `c-${operation}`, allowing(`iam:${operation}`));
      const refusal = new RegExp(`not authorized to perform: ${tagging} on resource: `);
      await assert.rejects(creator(operation, { ...input, Tags }), { Code: 'AccessDenied', message: refusal });
      const tagger = await userSender(server, `t-${operation}`, allowing(`iam:${operation}`, tagging));
      await tagger(operation, { ...input, Tags });
    });
  }

  test('needs no such permission without tags', async () => {
    const creator = await userSender(server, 'creator', allowing('iam:CreateUser'));
    await creator('CreateUser', { UserName: 'plain', Tags: [] });
  });

  test('cannot take tags that a policy keeps from being given', async () => {
    const Condition = { StringEquals: { 'aws:RequestTag/team': 'red' } };
    const deny = { Effect: 'Deny', Action: 'iam:TagUser', Resource: '*', Condition };
    const creator = await userSender(server, 'colours', allowing('iam:*'), deny);
    await assert.rejects(creator('CreateUser', { UserName: 'red', Tags }), { Code: 'AccessDenied' });
    await creator('CreateUser', { UserName: 'blue', Tags: [{ Key: 'team', Value: 'blue' }] });
  });

  test('passes by no policy with a second tag whose key differs in case', async () => {
    const both = [...Tags, { Key: 'TEAM', Value: 'blue' }];
    const about = (Value: string) => ({ Condition: { StringEquals: { 'aws:RequestTag/team': Value } }, Resource: '*' });
    const deny = { Effect: 'Deny', Action: 'iam:TagPolicy', ...about('red') };
    const create = { PolicyName: 'both', PolicyDocument };
    const denied = await userSender(server, 'no-red', allowing('iam:*'), deny);
    const allow = { Effect: 'Allow', Action: ['iam:CreatePolicy', 'iam:TagPolicy'], ...about('blue') };
    const allowed = await userSender(server, 'blue-alone', allow);
    for (const [creator, order] of [denied, allowed].flatMap((each) => [
      [each, both] as const,
      [each, both.toReversed()] as const,
    ]))
      await assert.rejects(creator('CreatePolicy', { ...create, Tags: order }), { Code: 'AccessDenied' });
    await allowed('CreatePolicy', { ...create, Tags: [{ Key: 'TEAM', Value: 'blue' }] });
  });

  test('is journalled with one resource', async () => {
    await root('CreateUser', { UserName: 'journalled', Tags });
    const record = (await server.journal('CreateUser')).at(-1)!;
    assert.deepEqual(
      record.resources?.map(({ ARN }) => ARN),
      [iamArn('user/journalled')],
    );
  });
});
