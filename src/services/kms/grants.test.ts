import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateRoleCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  IAMClient,
  ListAccessKeysCommand,
} from '@aws-sdk/client-iam';
import {
  CreateGrantCommand,
  type CreateGrantCommandInput,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  type GrantOperation,
  KMSClient,
  ListGrantsCommand,
  ListRetirableGrantsCommand,
  PutKeyPolicyCommand,
  ReEncryptCommand,
  RetireGrantCommand,
  type RetireGrantCommandInput,
  RevokeGrantCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { testServer } from '../../testing/server.ts';

const server = await testServer();
const account = '111122223333';
const rootArn = `arn:aws:iam::${account}:root`;
const root = server.client(KMSClient);
const iam = server.client(IAMClient);
const newKey = async () => (await root.send(new CreateKeyCommand({}))).KeyMetadata! as { KeyId: string; Arn: string };
const { KeyId, Arn } = await newKey();

let users = 0;
/** A user with whatever statements; none: no permission at all. */
const newUser = async (...statements: readonly object[]) => {
  users += 1;
  const name = `user${users}`;
  const kms = server.client(KMSClient, await server.user(name, ...statements));
  return { name, arn: `arn:aws:iam::${account}:user/${name}`, kms };
};
const allow = (Action: string | readonly string[], Condition: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  Condition,
});

type Given = Partial<CreateGrantCommandInput>;
const grant = (GranteePrincipal: string, Operations: GrantOperation[], given: Given = {}, kms = root) =>
  kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal, Operations, ...given }));
const encrypt = (kms: KMSClient, EncryptionContext: Record<string, string> = {}, GrantTokens: string[] = []) =>
  kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x'), EncryptionContext, GrantTokens }));
const grantsOf = async (filter: { GrantId?: string; GranteePrincipal?: string; KeyId?: string }) =>
  (await root.send(new ListGrantsCommand({ KeyId, ...filter }))).Grants!;

const accessDenied = { name: 'AccessDeniedException' };
const validation = { name: 'ValidationException' };
const absentId = '0'.repeat(64);

describe('a grant', () => {
  test('lets its grantee do what it names, at once, and nothing else', async () => {
    const { arn, kms } = await newUser();
    await assert.rejects(encrypt(kms), accessDenied);
    const { GrantId } = await grant(arn, ['Encrypt']);
    assert.match(GrantId!, /^[0-9a-f]{64}$/);
    const { CiphertextBlob } = await encrypt(kms);
    await assert.rejects(kms.send(new DecryptCommand({ CiphertextBlob })), accessDenied);
    await assert.rejects(kms.send(new DescribeKeyCommand({ KeyId })), accessDenied);
  });

  test('for ReEncrypt is two: from the one key and to the other', async () => {
    const { arn, kms } = await newUser();
    const other = await newKey();
    await grant(arn, ['Encrypt', 'ReEncryptFrom']);
    const { CiphertextBlob } = await encrypt(kms);
    const command = new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: other.KeyId });
    await assert.rejects(kms.send(command), { ...accessDenied, message: /kms:ReEncryptTo/ });
    await grant(arn, ['ReEncryptTo'], { KeyId: other.KeyId });
    await kms.send(command);
  });

  test('never overcomes an explicit deny', async () => {
    const { arn, kms } = await newUser({ Effect: 'Deny', Action: 'kms:Encrypt', Resource: '*' });
    await grant(arn, ['Encrypt']);
    await assert.rejects(encrypt(kms), { ...accessDenied, message: /explicit deny in an identity-based policy/ });
  });

  test('to a role is for its sessions, and to a session for that session', async () => {
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: rootArn }, Action: 'sts:AssumeRole' }],
    });
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument }));
    const sts = server.client(STSClient, await server.user('assumer', allow('sts:AssumeRole')));
    const session = async (RoleSessionName: string) => {
      const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: Role!.Arn!, RoleSessionName }));
      const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
      const credentials = { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! };
      return server.client(KMSClient, credentials);
    };
    const [one, two] = [await session('one'), await session('two')];
    await grant(`arn:aws:sts::${account}:assumed-role/r/one`, ['Encrypt']);
    await encrypt(one);
    await assert.rejects(encrypt(two), accessDenied);
    await grant(Role!.Arn!, ['Encrypt']);
    await encrypt(two);
  });

  test('to an account leaves the decision to its identity policies', async () => {
    const key = await newKey();
    const aboutKey = { KeyId: key.KeyId };
    const owner = await newUser(allow('kms:*'));
    const Statement = [{ Effect: 'Allow', Principal: { AWS: owner.arn }, Action: 'kms:*', Resource: '*' }];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await owner.kms.send(new PutKeyPolicyCommand({ ...aboutKey, Policy }));
    const permitted = await newUser(allow('kms:DescribeKey'));
    const other = await newUser();
    const describeKey = (kms: KMSClient) => kms.send(new DescribeKeyCommand(aboutKey));
    await assert.rejects(describeKey(permitted.kms), accessDenied);
    await grant(rootArn, ['DescribeKey'], aboutKey, owner.kms);
    await describeKey(permitted.kms);
    await describeKey(root);
    await assert.rejects(describeKey(other.kms), accessDenied);
  });

  test('is for the user that was there, not for one that has its name later', async () => {
    const { arn, name, kms } = await newUser();
    const { GrantId } = await grant(arn, ['Encrypt'], { KeyId: Arn });
    await encrypt(kms);
    const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName: name }));
    for (const { AccessKeyId } of AccessKeyMetadata!) {
      await iam.send(new DeleteAccessKeyCommand({ UserName: name, AccessKeyId }));
    }
    await iam.send(new DeleteUserCommand({ UserName: name }));
    const successor = server.client(KMSClient, await server.user(name));
    await assert.rejects(encrypt(successor), accessDenied);
    assert.match((await grantsOf({ GrantId: GrantId! }))[0]!.GranteePrincipal!, /^AIDA/);
  });

  test('goes with its key', async () => {
    const key = await newKey();
    const { arn } = await newUser();
    const { GrantToken } = await grant(arn, ['Encrypt'], { KeyId: key.KeyId });
    await root.send(new ScheduleKeyDeletionCommand({ KeyId: key.KeyId, PendingWindowInDays: 7 }));
    await server.advance('7d');
    await assert.rejects(root.send(new RetireGrantCommand({ GrantToken })), { name: 'InvalidGrantTokenException' });
  });
});

describe('a constraint', async () => {
  const dept = { dept: 'hr' };
  const rows: readonly [Given['Constraints'], context: Record<string, string>, allowed: boolean][] = [
    [{ EncryptionContextSubset: dept }, { dept: 'hr' }, true],
    [{ EncryptionContextSubset: dept }, { dept: 'hr', more: 'x' }, true],
    [{ EncryptionContextSubset: dept }, { DEPT: 'hr' }, true],
    [{ EncryptionContextSubset: dept }, { dept: 'HR' }, false],
    [{ EncryptionContextSubset: dept }, { more: 'x' }, false],
    [{ EncryptionContextSubset: dept }, {}, false],
    [{ EncryptionContextSubset: { a: '1', b: '2' } }, { a: '1' }, false],
    [{ EncryptionContextSubset: { a: '1', b: '2' } }, { b: '2', a: '1', c: '3' }, true],
    [{ EncryptionContextEquals: dept }, { dept: 'hr' }, true],
    [{ EncryptionContextEquals: dept }, { Dept: 'hr' }, true],
    [{ EncryptionContextEquals: dept }, { dept: 'hr', more: 'x' }, false],
    [{ EncryptionContextEquals: dept }, {}, false],
    [{ EncryptionContextEquals: {} }, {}, true],
    [{ EncryptionContextEquals: {} }, { more: 'x' }, false],
    [{ EncryptionContextSubset: {} }, { more: 'x' }, true],
    // As the Terraform provider sends them.
    [{ EncryptionContextEquals: {}, EncryptionContextSubset: dept }, { dept: 'hr', more: 'x' }, true],
    [{ EncryptionContextEquals: {}, EncryptionContextSubset: dept }, {}, false],
    [{ EncryptionContextEquals: dept, EncryptionContextSubset: {} }, { dept: 'hr', more: 'x' }, false],
  ];
  for (const [Constraints, context, allowed] of rows) {
    test(`${JSON.stringify(Constraints)} ${allowed ? 'takes' : 'refuses'} ${JSON.stringify(context)}`, async () => {
      const { arn, kms } = await newUser();
      await grant(arn, ['Encrypt'], { Constraints });
      if (allowed) await encrypt(kms, context);
      else await assert.rejects(encrypt(kms, context), accessDenied);
    });
  }

  test('has eight pairs of 384 characters at most', async () => {
    const pairs = (count: number, length: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, 'v'.repeat(length)]));
    const constrained = (EncryptionContextSubset: Record<string, string>) =>
      grant(rootArn, ['Encrypt'], { Constraints: { EncryptionContextSubset } });
    await constrained(pairs(8, 384));
    await assert.rejects(constrained(pairs(9, 1)), validation);
    await assert.rejects(constrained(pairs(1, 385)), validation);
  });

  test('of ReEncrypt is about the context of its side', async () => {
    const { arn, kms } = await newUser();
    await grant(arn, ['ReEncryptFrom', 'ReEncryptTo', 'Encrypt'], { Constraints: { EncryptionContextSubset: dept } });
    const { CiphertextBlob } = await encrypt(kms, dept);
    const reEncrypt = (DestinationEncryptionContext: Record<string, string>) =>
      kms.send(
        new ReEncryptCommand({
          CiphertextBlob,
          DestinationKeyId: KeyId,
          SourceEncryptionContext: dept,
          DestinationEncryptionContext,
        }),
      );
    await reEncrypt({ dept: 'hr', more: 'x' });
    await assert.rejects(reEncrypt({}), { ...accessDenied, message: /kms:ReEncryptTo/ });
  });

  test('does not matter for DescribeKey', async () => {
    const { arn, kms } = await newUser();
    await grant(arn, ['Encrypt', 'DescribeKey'], { Constraints: { EncryptionContextSubset: dept } });
    await kms.send(new DescribeKeyCommand({ KeyId }));
  });
});

describe('a grant made by virtue of a grant', () => {
  const hr = { EncryptionContextSubset: { dept: 'hr' } };
  const hrOnly = { EncryptionContextEquals: { dept: 'hr' } };
  const rows: readonly [
    name: string,
    parent: Given['Constraints'],
    Operations: GrantOperation[],
    child: Given['Constraints'],
    allowed: boolean,
  ][] = [
    ['for less', undefined, ['Encrypt'], undefined, true],
    ['with a constraint of its own', undefined, ['Encrypt'], hr, true],
    ['for more', undefined, ['Encrypt', 'Decrypt'], undefined, false],
    ['without its constraint', hr, ['Encrypt'], undefined, false],
    ['with its constraint', hr, ['Encrypt', 'CreateGrant'], hr, true],
    ['with a stricter subset', hr, ['Encrypt'], { EncryptionContextSubset: { Dept: 'hr', a: 'b' } }, true],
    ['with another subset', hr, ['Encrypt'], { EncryptionContextSubset: { dept: 'it' } }, false],
    ['equal instead of subset', hr, ['Encrypt'], hrOnly, true],
    ['subset instead of equal', hrOnly, ['Encrypt'], hr, false],
    ['the same equal', hrOnly, ['Encrypt'], hrOnly, true],
    ['equal to more', hrOnly, ['Encrypt'], { EncryptionContextEquals: { dept: 'hr', a: 'b' } }, false],
  ];
  for (const [name, Constraints, Operations, child, allowed] of rows) {
    test(`is ${allowed ? 'allowed' : 'refused'} ${name}`, async () => {
      const [parent, heir] = [await newUser(), await newUser()];
      await grant(parent.arn, ['CreateGrant', 'Encrypt'], { Constraints });
      const made = grant(heir.arn, Operations, { Constraints: child }, parent.kms);
      if (!allowed) return assert.rejects(made, accessDenied);
      const { GrantId } = await made;
      assert.equal((await grantsOf({ GrantId: GrantId! }))[0]!.IssuingAccount, rootArn);
      await encrypt(heir.kms, { ...child?.EncryptionContextSubset, dept: 'hr' });
    });
  }
});

describe('CreateGrant', async () => {
  test('with a name again gives the same grant another token, as long as all is the same', async () => {
    const { arn } = await newUser();
    const same = { Name: 'n', Constraints: { EncryptionContextSubset: { a: '1', b: '2' } } };
    const first = await grant(arn, ['Encrypt', 'Decrypt'], same);
    const reordered = { ...same, Constraints: { EncryptionContextSubset: { b: '2', a: '1' } } };
    const again = await grant(arn, ['Decrypt', 'Encrypt'], reordered);
    assert.equal(again.GrantId, first.GrantId);
    assert.notEqual(again.GrantToken, first.GrantToken);
    assert.notEqual((await grant(arn, ['Encrypt'], same)).GrantId, first.GrantId);
    assert.notEqual((await grant(arn, ['Encrypt', 'Decrypt'])).GrantId, first.GrantId);
  });

  const refused: readonly [name: string, given: Given, error: { name: string; message?: string | RegExp }][] = [
    ['operations that the key cannot do', { Operations: ['Encrypt', 'Sign'] }, { ...validation, message: /\[Sign\]/ }],
    [
      'CreateGrant alone',
      { Operations: ['CreateGrant'] },
      { ...validation, message: 'Grants must not contain only the CreateGrant operation.' },
    ],
    [
      'two constraints',
      { Constraints: { EncryptionContextEquals: { a: 'b' }, EncryptionContextSubset: { a: 'b' } } },
      validation,
    ],
    ['two without pairs', { Constraints: { EncryptionContextEquals: {}, EncryptionContextSubset: {} } }, validation],
    [
      'more than 8 pairs',
      { Constraints: { EncryptionContextSubset: Object.fromEntries([...'123456789'].map((key) => [key, 'x'])) } },
      validation,
    ],
    ['values above 384 characters', { Constraints: { EncryptionContextEquals: { a: 'x'.repeat(385) } } }, validation],
    [
      'principals that do not exist',
      { GranteePrincipal: `arn:aws:iam::${account}:user/nobody` },
      {
        name: 'InvalidArnException',
        message: `ARN does not refer to a valid principal: arn:aws:iam::${account}:user/nobody`,
      },
    ],
    ['retiring principals that do not exist', { RetiringPrincipal: 'nobody' }, { name: 'InvalidArnException' }],
    [
      'services, where none of them asks',
      { GranteePrincipal: 'rds.us-east-1.amazonaws.com' },
      { name: 'InvalidArnException' },
    ],
    ['aliases', { KeyId: 'alias/x' }, { name: 'NotFoundException', message: 'Invalid keyId alias/x' }],
    ['dry runs, when all is well', { DryRun: true }, { name: 'DryRunOperationException' }],
    ['grant tokens of nobody', { GrantTokens: ['AQpA'] }, { name: 'InvalidGrantTokenException' }],
  ];
  for (const [name, given, error] of refused) {
    test(`refuses ${name}`, () => assert.rejects(grant(rootArn, ['Encrypt'], given), error));
  }

  test('refuses a disabled key', async () => {
    const key = await newKey();
    await root.send(new DisableKeyCommand({ KeyId: key.KeyId }));
    await assert.rejects(grant(rootArn, ['Encrypt'], { KeyId: key.KeyId }), {
      name: 'DisabledException',
      message: `${key.Arn} is disabled.`,
    });
  });

  const { arn: retiring } = await newUser();
  const conditions: readonly [condition: object, allowed: Given, denied: Given][] = [
    [
      { 'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Encrypt', 'Decrypt'] } },
      { Operations: ['Encrypt'] },
      { Operations: ['Encrypt', 'DescribeKey'] },
    ],
    [
      { StringEquals: { 'kms:GrantConstraintType': 'EncryptionContextEquals' } },
      { Constraints: { EncryptionContextEquals: { a: 'b' } } },
      { Constraints: { EncryptionContextSubset: { a: 'b' } } },
    ],
    [{ StringLike: { 'kms:GranteePrincipal': '*:root' } }, {}, { GranteePrincipal: retiring }],
    [{ StringLike: { 'kms:RetiringPrincipal': '*:user/*' } }, { RetiringPrincipal: retiring }, {}],
  ];
  for (const [condition, allowed, denied] of conditions) {
    test(`can be held to ${JSON.stringify(condition)}`, async () => {
      const { kms } = await newUser(allow('kms:CreateGrant', condition));
      await grant(rootArn, ['Encrypt'], allowed, kms);
      await assert.rejects(grant(rootArn, ['Encrypt'], denied, kms), accessDenied);
    });
  }

  test('for services only is not for users', async () => {
    const { kms } = await newUser(allow('kms:CreateGrant', { Bool: { 'kms:GrantIsForAWSResource': 'true' } }));
    await assert.rejects(grant(rootArn, ['Encrypt'], {}, kms), accessDenied);
  });
});

describe('a grant token', async () => {
  const { arn, kms } = await newUser();
  const { GrantToken } = await grant(arn, ['Encrypt']);

  test('may come with any request that the grant is for', async () => {
    await encrypt(kms, {}, [GrantToken!]);
  });

  test('that is not one, or of a grant that is gone, is refused even where policies allow', async () => {
    const invalid = { name: 'InvalidGrantTokenException' };
    await assert.rejects(encrypt(root, {}, ['nonsense']), invalid);
    await assert.rejects(encrypt(root, {}, [`${GrantToken!.slice(0, -4)}AAAA`]), invalid);
    const gone = await grant(arn, ['Encrypt']);
    await root.send(new RevokeGrantCommand({ KeyId, GrantId: gone.GrantId }));
    await assert.rejects(encrypt(root, {}, [gone.GrantToken!]), invalid);
  });
});

describe('RevokeGrant', () => {
  test('ends what the grant allowed, for whom policies let', async () => {
    const { arn, kms } = await newUser();
    const { GrantId } = await grant(arn, ['Encrypt']);
    const revoke = (client: KMSClient, given = {}) => client.send(new RevokeGrantCommand({ KeyId, GrantId, ...given }));
    await assert.rejects(revoke(kms), accessDenied);
    await assert.rejects(revoke(root, { DryRun: true }), { name: 'DryRunOperationException' });
    await encrypt(kms);
    await revoke(root);
    await assert.rejects(encrypt(kms), accessDenied);
    assert.deepEqual(await grantsOf({ GrantId: GrantId! }), []);
    await assert.rejects(revoke(root), { name: 'NotFoundException', message: `Grant ID ${GrantId} not found` });
    await assert.rejects(revoke(root, { GrantId: 'x' }), { name: 'InvalidGrantIdException' });
  });

  test('ends that grant among others of its grantee', async () => {
    const { arn, kms } = await newUser();
    await grant(arn, ['Encrypt']);
    const { GrantId } = await grant(arn, ['DescribeKey']);
    const describeKey = () => kms.send(new DescribeKeyCommand({ KeyId }));
    await describeKey();
    await root.send(new RevokeGrantCommand({ KeyId, GrantId }));
    await assert.rejects(describeKey(), accessDenied);
    await encrypt(kms);
  });
});

describe('RetireGrant', async () => {
  const retire = (kms: KMSClient, given: RetireGrantCommandInput) => kms.send(new RetireGrantCommand(given));
  const [grantee, retiring, stranger, permitted] = [
    await newUser(),
    await newUser(),
    await newUser(),
    await newUser(allow('kms:RetireGrant')),
  ];
  const made = (Operations: GrantOperation[], given: Given = {}) => grant(grantee.arn, Operations, given);

  test('is for the retiring principal, by token or by key and id', async () => {
    const first = await made(['Encrypt'], { RetiringPrincipal: retiring.arn });
    await assert.rejects(retire(stranger.kms, { GrantToken: first.GrantToken }), accessDenied);
    await assert.rejects(retire(grantee.kms, { GrantToken: first.GrantToken }), accessDenied);
    await assert.rejects(retire(retiring.kms, { GrantToken: first.GrantToken, DryRun: true }), {
      name: 'DryRunOperationException',
    });
    await retire(retiring.kms, { GrantToken: first.GrantToken });
    const second = await made(['Encrypt'], { RetiringPrincipal: retiring.arn });
    await retire(retiring.kms, { KeyId: Arn, GrantId: second.GrantId });
    await assert.rejects(encrypt(grantee.kms), accessDenied);
  });

  test('is for the grantee of a grant for it', async () => {
    const { GrantToken } = await made(['Encrypt', 'RetireGrant']);
    await retire(grantee.kms, { GrantToken });
  });

  test('is for the account that created the grant, and for whom it delegates that to', async () => {
    await retire(root, { GrantToken: (await made(['Encrypt'])).GrantToken });
    const { GrantToken } = await made(['Encrypt']);
    await retire(permitted.kms, { GrantToken });
    assert.deepEqual(await grantsOf({ GranteePrincipal: grantee.arn }), []);
  });

  test('wants a token, or a key with an id', async () => {
    const { GrantToken } = await made(['Encrypt']);
    await assert.rejects(retire(root, {}), validation);
    await assert.rejects(retire(root, { KeyId: Arn }), validation);
    await assert.rejects(retire(root, { GrantToken, KeyId: Arn, GrantId: absentId }), validation);
    await assert.rejects(retire(root, { KeyId: Arn, GrantId: absentId }), { name: 'NotFoundException' });
    await assert.rejects(retire(root, { GrantToken: 'x' }), { name: 'InvalidGrantTokenException' });
  });
});

describe('lists of grants', async () => {
  const key = await newKey();
  const [one, two] = [await newUser(), await newUser()];
  const Constraints = { EncryptionContextSubset: { a: 'b' } };
  const ids: string[] = [];
  for (const { arn } of [one, two, one, one]) {
    const given = { KeyId: key.KeyId, RetiringPrincipal: two.arn, Name: `grant-${ids.length}`, Constraints };
    ids.push((await grant(arn, ['Encrypt'], given)).GrantId!);
  }

  test('show each grant as it was made', async () => {
    const [shown] = await grantsOf({ KeyId: key.KeyId, GrantId: ids[0]! });
    assert.ok(shown!.CreationDate instanceof Date);
    const { CreationDate: _, ...rest } = shown!;
    assert.deepEqual(rest, {
      KeyId: key.Arn,
      GrantId: ids[0],
      Name: 'grant-0',
      GranteePrincipal: one.arn,
      RetiringPrincipal: two.arn,
      IssuingAccount: rootArn,
      Operations: ['Encrypt'],
      Constraints,
    });
  });

  test('are paged, and filtered by grantee', async () => {
    const first = await root.send(new ListGrantsCommand({ KeyId: key.KeyId, Limit: 3 }));
    assert.equal(first.Truncated, true);
    const rest = await root.send(new ListGrantsCommand({ KeyId: key.KeyId, Limit: 3, Marker: first.NextMarker }));
    assert.deepEqual(
      [...first.Grants!, ...rest.Grants!].map(({ GrantId }) => GrantId),
      [...ids].sort(),
    );
    assert.equal((await grantsOf({ KeyId: key.KeyId, GranteePrincipal: one.arn })).length, 3);
    await assert.rejects(root.send(new ListGrantsCommand({ KeyId: key.KeyId, Limit: 101 })), validation);
    await assert.rejects(root.send(new ListGrantsCommand({ KeyId: key.KeyId, GrantId: 'x' })), {
      name: 'InvalidGrantIdException',
    });
  });

  test('tell what a principal of the account may retire', async () => {
    const list = (RetiringPrincipal: string, kms = root) =>
      kms.send(new ListRetirableGrantsCommand({ RetiringPrincipal }));
    const { Grants } = await list(two.arn);
    assert.deepEqual(new Set(Grants!.map(({ GrantId }) => GrantId)), new Set(ids));
    assert.deepEqual((await list(one.arn)).Grants, []);
    await assert.rejects(list(`arn:aws:iam::${account}:user/nobody`), { name: 'InvalidArnException' });
    await assert.rejects(list(two.arn, one.kms), {
      ...accessDenied,
      message: new RegExp(`kms:ListRetirableGrants on resource: ${two.arn} `),
    });
  });
});

test('what a grant allows is journalled as such, and the grant with its parameters', async () => {
  const { arn, kms } = await newUser();
  await grant(arn, ['GenerateDataKey'], { Constraints: { EncryptionContextSubset: { a: 'b' } } });
  await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext: { a: 'b' } }));
  const [record] = (await server.journal('CreateGrant')).slice(-1);
  assert.deepEqual(record!.requestParameters, {
    keyId: KeyId,
    granteePrincipal: arn,
    operations: ['GenerateDataKey'],
    constraints: { encryptionContextSubset: { a: 'b' } },
  });
  const { grantId, ...others } = record!.responseElements as { grantId: string };
  assert.match(grantId, /^[0-9a-f]{64}$/);
  assert.deepEqual(others, { keyId: record!.resources![0]!.ARN });
});
