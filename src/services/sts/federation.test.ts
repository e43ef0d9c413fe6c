import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { randomUuid } from '../../crypto/random.ts';
import { parseRecord } from '../../journal/record.ts';
import { AuthorizationMessages } from '../../kernel/authorization-message.ts';
import { fault } from '../../kernel/fault.ts';
import { Pipeline } from '../../kernel/pipeline.ts';
import { SessionTokens } from '../../kernel/session-token.ts';
import { compilePolicy, parsePolicy } from '../../policy/policy.ts';
import { servicesOn } from '../../service-set.ts';
import { openStore } from '../../store/open.ts';
import type { SamlIdentity } from './federation.ts';
import { type Sts, sts } from './index.ts';

const account = '111122223333';
const store = await openStore({ data: ':memory:' });
after(() => store.close());
const sessionTokens = new SessionTokens(store.keyWrap('sts.session-token'));
const now = new Date('2026-11-22T10:00:00Z');
const provider = `arn:aws:iam::${account}:saml-provider/corp`;
const roleArn = `arn:aws:iam::${account}:role/sso`;
const trust = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Federated: provider },
      Action: ['sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity', 'sts:TagSession'],
      Condition: { StringEquals: { 'saml:aud': 'https://signin.aws.amazon.com/saml' } },
    },
    {
      Effect: 'Deny',
      Principal: { Federated: provider },
      Action: 'sts:TagSession',
      Condition: { 'ForAnyValue:StringEquals': { 'sts:TransitiveTagKeys': 'team' } },
    },
  ],
};
const proven: SamlIdentity = {
  provider,
  conditions: { 'saml:aud': 'https://signin.aws.amazon.com/saml', 'saml:sub': 'ann' },
  tags: { team: 'blue' },
  subject: 'ann',
  audience: 'https://signin.aws.amazon.com/saml',
  sessionName: 'ann',
  roleArns: [roleArn],
  subjectType: 'persistent',
  issuer: 'https://idp.example.com',
  nameQualifier: 'x',
};
let identity: SamlIdentity = proven;
let refusing = false;
const prove = async () => {
  if (refusing) throw fault('InvalidIdentityToken');
  return identity;
};

const parts: Sts = {
  sessionTokens,
  authorizationMessages: new AuthorizationMessages(store.keyWrap('sts.authorization-message')),
  verifiers: { saml: prove, webIdentity: prove },
  accountOfAccessKey: () => undefined,
  assumableRole: (_tx, arn) => ({
    arn,
    account,
    roleName: 'sso',
    roleId: 'AROAEXAMPLE',
    maxSessionSeconds: 3600,
    policy: compilePolicy(parsePolicy(JSON.stringify(trust), 'trust')),
    policyRequired: true,
  }),
  requireMfa: () => {
    throw fault('AccessDenied');
  },
  requireSessionPolicies: () => undefined,
  mayActAsRoot: () => false,
  findDelegatedAccess: () => undefined,
  tokenIssuer: () => undefined,
};

const pipeline = new Pipeline({
  store,
  clock: { now: () => now },
  identities: servicesOn(store).identity.identities,
  services: [sts(parts)],
  report: (error) => assert.fail(error as Error),
});

/** Asks as somebody who signs nothing. */
const ask = async (operation: string, input: object) => {
  const outcome = await pipeline.run({
    service: 'sts',
    operation,
    region: 'us-east-1',
    requestId: randomUuid(),
    origin: { sourceIp: '127.0.0.1', userAgent: 'x', secure: true },
    authenticate: () => ({ kind: 'anonymous', account: '', arn: '*', userId: '' }),
    decode: () => input,
  });
  if (outcome.fault) throw outcome.fault;
  // biome-ignore lint/suspicious/noExplicitAny: the answer of whatever was asked
  return outcome.output as any;
};
const lastRecord = async () => parseRecord((await store.readLog(0, 100_000)).at(-1)!.text);
const saml = (change: Partial<SamlIdentity> = {}, input: object = {}) => {
  identity = { ...proven, ...change };
  return ask('AssumeRoleWithSAML', { RoleArn: roleArn, PrincipalArn: provider, SAMLAssertion: 'PHg+', ...input });
};

describe('a proven identity', () => {
  test('assumes a role that trusts its provider, and the session says who vouched', async () => {
    const { Credentials, ...answer } = await saml();
    assert.partialDeepStrictEqual(answer, {
      AssumedRoleUser: { Arn: `arn:aws:sts::${account}:assumed-role/sso/ann` },
      Subject: 'ann',
      Issuer: 'https://idp.example.com',
    });
    const { claims } = sessionTokens.open(Credentials.AccessKeyId, Credentials.SessionToken)!;
    assert.partialDeepStrictEqual(claims, {
      kind: 'assumed-role',
      federatedProvider: provider,
      federatedConditions: { 'saml:sub': 'ann' },
      tags: { team: 'blue' },
      expiresAt: now.getTime() / 1000 + 3600,
    });
  });

  test('passes tags on to further roles where the trust policy lets it', async () => {
    const tags = { team: 'blue', cost: '7' };
    const { Credentials } = await saml({ tags, transitiveTagKeys: ['cost'] });
    const { claims } = sessionTokens.open(Credentials.AccessKeyId, Credentials.SessionToken)!;
    assert.deepEqual(claims.transitiveTagKeys, ['cost']);
    await assert.rejects(saml({ tags, transitiveTagKeys: ['cost', 'team'] }), { code: 'AccessDenied' });
  });

  test('has a session no longer than its assertion says', async () => {
    const { Credentials } = await saml({ notAfter: new Date(now.getTime() + 1_200_000) });
    assert.equal(Credentials.Expiration.getTime() - now.getTime(), 1_200_000);
    await assert.rejects(saml({ notAfter: now }), { code: 'ExpiredTokenException' });
  });

  test('has a session no longer than its role allows', async () => {
    const { Credentials } = await saml({}, { DurationSeconds: 3600 });
    assert.equal(Credentials.Expiration.getTime() - now.getTime(), 3_600_000);
    await assert.rejects(saml({}, { DurationSeconds: 3601 }), { code: 'ValidationError' });
  });

  const refused = { code: 'AccessDenied', message: 'Not authorized to perform sts:AssumeRoleWithSAML' };
  for (const [why, change] of [
    ['vouched for by another provider', { provider: `${provider}2` }],
    ['not meeting the condition', { conditions: { 'saml:aud': 'https://elsewhere' } }],
    ['for another role', { roleArns: [`${roleArn}2`] }],
    ['setting a source identity without permission', { sourceIdentity: 'ann' }],
  ] as const) {
    test(`is refused when ${why}`, () => assert.rejects(saml(change), refused));
  }

  test('assumes a role by web identity alike', async () => {
    identity = proven;
    const answer = await ask('AssumeRoleWithWebIdentity', {
      RoleArn: roleArn,
      RoleSessionName: 'web',
      WebIdentityToken: 'a.b.c.d',
    });
    assert.partialDeepStrictEqual(answer, { SubjectFromWebIdentityToken: 'ann', Provider: provider });
  });
});

describe('the journal', () => {
  test('has who was vouched for by whom, and which statement let them in', async () => {
    await saml();
    assert.partialDeepStrictEqual(await lastRecord(), {
      eventName: 'AssumeRoleWithSAML',
      recipientAccountId: account,
      userIdentity: {
        type: 'SAMLUser',
        identityProvider: provider,
        principalId: `${provider}:https://signin.aws.amazon.com/saml:ann`,
      },
      decisions: [
        { action: 'sts:AssumeRoleWithSAML', resource: roleArn, by: { effect: 'Allow', type: 'trust', statement: 0 } },
        { action: 'sts:TagSession', resource: roleArn, by: { effect: 'Allow', type: 'trust', statement: 0 } },
      ],
    });
  });

  test('has what came close of somebody who was refused', async () => {
    await assert.rejects(saml({ conditions: { 'saml:aud': 'https://elsewhere' } }), { code: 'AccessDenied' });
    assert.partialDeepStrictEqual(await lastRecord(), {
      errorCode: 'AccessDenied',
      decisions: [
        {
          action: 'sts:AssumeRoleWithSAML',
          by: { effect: 'None', type: 'trust' },
          why: { missed: [{ statement: 0, mismatches: ['StringEquals saml:aud'] }] },
        },
      ],
    });
  });

  test('has in the account of the role who proved nothing', async () => {
    refusing = true;
    await assert.rejects(saml(), { code: 'InvalidIdentityToken' });
    refusing = false;
    assert.partialDeepStrictEqual(await lastRecord(), {
      errorCode: 'InvalidIdentityToken',
      recipientAccountId: account,
      userIdentity: { type: 'Unknown' },
    });
  });
});

describe('encoded authorization messages', () => {
  let message = '';
  before(() => {
    const deny = { Version: '2012-10-17', Statement: [{ Sid: 'No', Effect: 'Deny', Action: 'ec2:*', Resource: '*' }] };
    message = parts.authorizationMessages.encode({
      principal: { kind: 'user', account, arn: `arn:aws:iam::${account}:user/a`, userId: 'AIDAX', userName: 'a' },
      action: 'ec2:RunInstances',
      resource: { arn: 'arn:aws:ec2:us-east-1:111122223333:instance/*', account },
      context: (key) => (key === 'aws:username' ? 'a' : undefined),
      identity: [compilePolicy(parsePolicy(JSON.stringify(deny), 'identity'))],
    });
  });

  test('decode to the reason, for the account that was refused', () => {
    const decoded = JSON.parse(parts.authorizationMessages.decode(message, account)!);
    assert.partialDeepStrictEqual(decoded, {
      allowed: false,
      explicitDeny: true,
      matchedStatements: { items: [{ statementId: 'No', effect: 'DENY', actions: { items: [{ value: 'ec2:*' }] } }] },
      context: { principal: { id: 'AIDAX' }, action: 'ec2:RunInstances' },
      decision: { by: { effect: 'Deny', type: 'identity', statement: 0, sid: 'No' } },
    });
  });

  test('decode for nobody else, and not when altered', () => {
    assert.equal(parts.authorizationMessages.decode(message, '444455556666'), undefined);
    assert.equal(parts.authorizationMessages.decode(`${message.slice(0, -4)}AAAA`, account), undefined);
    assert.equal(parts.authorizationMessages.decode('x', account), undefined);
    assert.ok(!Buffer.from(message, 'base64').includes('RunInstances'));
  });
});
