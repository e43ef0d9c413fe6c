import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { account, allowing, documentOf, iamArn, type Send, sender } from '../../testing/iam.ts';
import { testServer } from '../../testing/server.ts';
import type { Credentials } from '../../testing/sign.ts';

const other = '444455556666';
const bKey = { accessKeyId: 'AKIAOTHERACCOUNTUSER1', secretAccessKey: 'other-account-secret-key-0123456789abcd' };
const server = await testServer({
  persistent: true,
  seedText: JSON.stringify({
    users: [
      {
        account: other,
        name: 'b',
        accessKeys: [{ id: bKey.accessKeyId, secret: bKey.secretAccessKey }],
        policies: { p: JSON.parse(documentOf(allowing('sts:AssumeRole'))) },
      },
    ],
  }),
});
const root = sender(server);

/** Makes a role and gives its ARN. */
const role = async (
  RoleName: string,
  statements: readonly object[],
  permissions: readonly string[] = ['iam:ListUsers', 'iam:ListRoles'],
  more: object = {},
): Promise<string> => {
  const AssumeRolePolicyDocument = documentOf(...statements);
  const { Role } = await root('CreateRole', { RoleName, AssumeRolePolicyDocument, ...more });
  const PolicyDocument = documentOf(allowing(...permissions));
  await root('PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument });
  return Role.Arn;
};
const trusting = (AWS: string, Action: string | string[] = 'sts:AssumeRole', Condition?: object): object => ({
  Effect: 'Allow',
  Principal: { AWS },
  Action,
  ...(Condition && { Condition }),
});
const everything = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
const credentialsOf = ({ Credentials }: { Credentials: Record<string, string> }): Credentials => ({
  accessKeyId: Credentials.AccessKeyId!,
  secretAccessKey: Credentials.SecretAccessKey!,
  sessionToken: Credentials.SessionToken!,
});
const assume = async (call: Send, RoleArn: string, input: object = {}): Promise<Send> =>
  sender(server, credentialsOf(await call('AssumeRole', { RoleArn, RoleSessionName: 's1', ...input })));
const tag = (Key: string, Value: string): object => ({ Key, Value });
const denied = { Code: 'AccessDenied' };

const alice = sender(server, await server.user('alice', allowing(...everything)));
const powerless = sender(server, await server.user('powerless'));

describe('AssumeRole', () => {
  test('gives credentials with the permissions of the role, and only those', async () => {
    const RoleArn = await role('plain', [trusting(account)]);
    const answer = await alice('AssumeRole', { RoleArn, RoleSessionName: 's1' });
    const { Role } = await root('GetRole', { RoleName: 'plain' });
    assert.deepEqual(answer.AssumedRoleUser, {
      AssumedRoleId: `${Role.RoleId}:s1`,
      Arn: `arn:aws:sts::${account}:assumed-role/plain/s1`,
    });
    assert.equal('PackedPolicySize' in answer, false);
    const session = sender(server, credentialsOf(answer));
    assert.deepEqual(await session('GetCallerIdentity'), {
      UserId: `${Role.RoleId}:s1`,
      Account: account,
      Arn: answer.AssumedRoleUser.Arn,
    });
    await session('ListUsers');
    await assert.rejects(session('ListGroups'), {
      Code: 'AccessDenied',
      message: `User: ${answer.AssumedRoleUser.Arn} is not authorized to perform: iam:ListGroups on resource: ${iamArn('group/')} because no identity-based policy allows the iam:ListGroups action`,
    });
    const [record] = await server.journal('ListGroups');
    assert.partialDeepStrictEqual(record, {
      userIdentity: {
        type: 'AssumedRole',
        sessionContext: { sessionIssuer: { type: 'Role', arn: Role.Arn, userName: 'plain', principalId: Role.RoleId } },
      },
    });
    const { RoleLastUsed } = (await root('GetRole', { RoleName: 'plain' })).Role;
    assert.equal(RoleLastUsed.Region, 'us-east-1');
  });

  test('needs an identity policy where the trust policy names the account, and none where it names the user', async () => {
    const RoleArn = await role('named', [trusting(iamArn('user/powerless'))]);
    await assume(powerless, RoleArn);
    await assert.rejects(assume(powerless, iamArn('role/plain')), {
      Code: 'AccessDenied',
      message: `User: ${iamArn('user/powerless')} is not authorized to perform: sts:AssumeRole on resource: ${iamArn('role/plain')} because no identity-based policy allows the sts:AssumeRole action`,
    });
  });

  test('tells a role that does not exist from one that trusts somebody else to nobody', async () => {
    await role('closed', [trusting(iamArn('user/powerless'))]);
    for (const name of ['closed', 'absent']) {
      await assert.rejects(assume(alice, iamArn(`role/${name}`)), {
        Code: 'AccessDenied',
        message: `User: ${iamArn('user/alice')} is not authorized to perform: sts:AssumeRole on resource: ${iamArn(`role/${name}`)} because no role trust policy allows the sts:AssumeRole action`,
      });
    }
    await assert.rejects(assume(alice, iamArn('user/alice')), {
      Code: 'ValidationError',
      message: 'Request ARN is invalid',
    });
    for (const malformed of ['nothing-valid-in-here', 'arn:a::::something/test-role', 'arn:a:a::aaaaaaaaaa:']) {
      await assert.rejects(assume(alice, malformed), { Code: 'ValidationError', message: `${malformed} is invalid` });
    }
  });

  test('takes no context that nobody vouches for: it has to be permitted, and there is no provider', async () => {
    const ProvidedContexts = [
      { ProviderArn: 'arn:aws:iam::aws:contextProvider/IdentityCenter', ContextAssertion: 'signed-by-nobody' },
    ];
    await assert.rejects(assume(alice, iamArn('role/plain'), { ProvidedContexts }), {
      Code: 'AccessDenied',
      message: /sts:SetContext/,
    });
    const RoleArn = await role('contextual', [
      trusting(iamArn('user/alice')),
      trusting(iamArn('user/alice'), 'sts:SetContext'),
    ]);
    await assert.rejects(assume(alice, RoleArn, { ProvidedContexts }), {
      Code: 'ValidationError',
      message: 'The context provider arn:aws:iam::aws:contextProvider/IdentityCenter is not available on this server.',
    });
    await assume(alice, RoleArn);
  });

  test('is refused to root', () =>
    assert.rejects(assume(root, iamArn('role/plain')), {
      Code: 'AccessDenied',
      message: 'Roles may not be assumed by root accounts.',
    }));

  test('across accounts needs both sides, and the external id that the trust policy asks for', async () => {
    const b = sender(server, bKey);
    const asked = { StringEquals: { 'sts:ExternalId': 'x-1' } };
    const RoleArn = await role('foreign', [trusting(other, 'sts:AssumeRole', asked)]);
    const message = `User: arn:aws:iam::${other}:user/b is not authorized to perform: sts:AssumeRole on resource: `;
    await assert.rejects(assume(b, RoleArn), { Code: 'AccessDenied', message: message + RoleArn });
    await assert.rejects(assume(b, RoleArn, { ExternalId: 'x-2' }), denied);
    const session = await assume(b, RoleArn, { ExternalId: 'x-1' });
    assert.equal((await session('GetCallerIdentity')).Account, account);
    const [theirs, ours, ...more] = (await server.journal('AssumeRole')).filter(
      ({ resources, errorCode }) => resources?.[0]?.ARN === RoleArn && errorCode === undefined,
    );
    assert.deepEqual(more, []);
    assert.deepEqual([theirs!.recipientAccountId, ours!.recipientAccountId], [other, account]);
    assert.ok(theirs!.sharedEventID !== undefined && theirs!.eventID !== ours!.eventID);
    assert.equal(ours!.sharedEventID, theirs!.sharedEventID);
    const { principalId } = theirs!.userIdentity;
    assert.deepEqual(ours!.userIdentity, { type: 'AWSAccount', principalId, accountId: other });
    const closed = iamArn('role/plain');
    await assert.rejects(assume(b, closed), { Code: 'AccessDenied', message: message + closed });
  });

  for (const [DurationSeconds, maximum, refusal] of [
    [900, 3600, undefined],
    [3600, 3600, undefined],
    [3601, 3600, 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.'],
    [43_200, 43_200, undefined],
    [
      899,
      3600,
      "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
    ],
  ] as const) {
    test(`with ${DurationSeconds} s of ${maximum} s is ${refusal ? 'refused' : 'accepted'}`, async () => {
      const RoleArn = await role(`d${DurationSeconds}`, [trusting(account)], ['iam:ListUsers'], {
        MaxSessionDuration: maximum,
      });
      const asked = alice('AssumeRole', { RoleArn, RoleSessionName: 's1', DurationSeconds });
      if (refusal) return assert.rejects(asked, { Code: 'ValidationError', message: refusal });
      const seconds = ((await asked).Credentials.Expiration - server.running.clock.now().getTime()) / 1000;
      assert.ok(Math.abs(seconds - DurationSeconds) < 5, `${seconds}`);
    });
  }
});

describe('a role session', () => {
  test('is narrowed by session policies, inline and managed', async () => {
    const RoleArn = iamArn('role/plain');
    const Policy = documentOf(allowing('iam:ListUsers', 'iam:ListGroups'));
    const answer = await alice('AssumeRole', { RoleArn, RoleSessionName: 's1', Policy });
    assert.ok(answer.PackedPolicySize > 0 && answer.PackedPolicySize < 20);
    const narrowed = sender(server, credentialsOf(answer));
    await narrowed('ListUsers');
    await assert.rejects(narrowed('ListRoles'), {
      Code: 'AccessDenied',
      message: `User: arn:aws:sts::${account}:assumed-role/plain/s1 is not authorized to perform: iam:ListRoles on resource: ${iamArn('role/')} because no session policy allows the iam:ListRoles action`,
    });
    await assert.rejects(narrowed('ListGroups'), denied);
    const PolicyArns = [{ arn: 'arn:aws:iam::aws:policy/AWSKeyManagementServicePowerUser' }];
    const managed = await assume(alice, RoleArn, { PolicyArns });
    await managed('ListUsers');
    await assert.rejects(
      managed('ListRoles').then(() => managed('GetUser', { UserName: 'alice' })),
      denied,
    );
  });

  test('takes no session policy that is malformed, unknown or too large', async () => {
    const ask = (input: object) => assume(alice, iamArn('role/plain'), input);
    await assert.rejects(ask({ Policy: '{' }), { Code: 'MalformedPolicyDocument' });
    await assert.rejects(ask({ PolicyArns: [{ arn: iamArn('policy/none') }] }), { Code: 'MalformedPolicyDocument' });
    const Policy = documentOf({ ...allowing('iam:ListUsers'), Sid: 'x'.repeat(3000) });
    await assert.rejects(ask({ Policy }), {
      Code: 'PackedPolicyTooLarge',
      message: /^Packed policy consumes \d+% of allotted space, please use smaller policy\.$/,
    });
  });

  test('ends with its role, also when the role is made again', async () => {
    const RoleArn = await role('gone', [trusting(account)]);
    const session = await assume(alice, RoleArn);
    await session('ListUsers');
    await root('DeleteRolePolicy', { RoleName: 'gone', PolicyName: 'p' });
    await assert.rejects(session('ListUsers'), denied);
    await root('DeleteRole', { RoleName: 'gone' });
    await role('gone', [trusting(account)]);
    await assert.rejects(session('ListUsers'), { Code: 'InvalidClientTokenId' });
    await (await assume(alice, RoleArn))('ListUsers');
  });

  test('is revoked by a policy on aws:TokenIssueTime', async () => {
    const RoleArn = await role('revoked', [trusting(account)]);
    const before = await assume(alice, RoleArn);
    await before('ListUsers');
    await server.advance('10s');
    const now = server.running.clock.now().toISOString();
    const Condition = { DateLessThan: { 'aws:TokenIssueTime': now } };
    const PolicyDocument = documentOf({ Effect: 'Deny', Action: '*', Resource: '*', Condition });
    await root('PutRolePolicy', { RoleName: 'revoked', PolicyName: 'AWSRevokeOlderSessions', PolicyDocument });
    await assert.rejects(before('ListUsers'), { Code: 'AccessDenied', message: /explicit deny in an identity-based/ });
    await server.advance('2s');
    await (await assume(alice, RoleArn))('ListUsers');
  });

  test('is bounded by the boundary of its role', async () => {
    const PolicyDocument = documentOf(allowing('iam:ListRoles'));
    const { Policy } = await root('CreatePolicy', { PolicyName: 'bound', PolicyDocument });
    const RoleArn = await role('bounded', [trusting(account)]);
    const session = await assume(alice, RoleArn);
    await session('ListUsers');
    await root('PutRolePermissionsBoundary', { RoleName: 'bounded', PermissionsBoundary: Policy.Arn });
    await session('ListRoles');
    await assert.rejects(session('ListUsers'), { Code: 'AccessDenied', message: /no permissions boundary allows/ });
  });

  test('lives through a restart and is over when its time is', async () => {
    const session = await assume(alice, iamArn('role/plain'), { DurationSeconds: 900 });
    await server.restart();
    await session('ListUsers');
    await server.advance('901s');
    await assert.rejects(session('ListUsers'), {
      Code: 'ExpiredToken',
      message: 'The security token included in the request is expired',
    });
  });
});

describe('session tags', () => {
  const Condition = { StringEquals: { 'aws:PrincipalTag/team': 'blue' } };

  test('override the tags of the role, and need sts:TagSession on both sides', async () => {
    const RoleArn = await role('abac', [trusting(account, everything)], ['sts:GetCallerIdentity'], {
      Tags: [tag('team', 'red')],
    });
    const PolicyDocument = documentOf({ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*', Condition });
    await root('PutRolePolicy', { RoleName: 'abac', PolicyName: 'abac', PolicyDocument });
    await assert.rejects((await assume(alice, RoleArn))('ListUsers'), denied);
    await (await assume(alice, RoleArn, { Tags: [tag('Team', 'blue')] }))('ListUsers');
    await assert.rejects(assume(alice, iamArn('role/plain'), { Tags: [tag('team', 'blue')] }), {
      Code: 'AccessDenied',
      message:
        /sts:TagSession on resource: .*role\/plain because no role trust policy allows the sts:TagSession action/,
    });
  });

  test('that are transitive go on into the next role and cannot be changed there', async () => {
    const first = await role('first', [trusting(account, everything)], everything);
    await role('second', [trusting(account, everything)], everything);
    const PolicyDocument = documentOf({ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*', Condition });
    await root('PutRolePolicy', { RoleName: 'second', PolicyName: 'abac', PolicyDocument });
    const second = iamArn('role/second');
    const Tags = [tag('team', 'blue'), tag('cost', '1')];
    const passing = await assume(alice, first, { Tags, TransitiveTagKeys: ['team'] });
    await (await assume(passing, second))('ListUsers');
    await assert.rejects(assume(passing, second, { Tags: [tag('TEAM', 'red')] }), {
      Code: 'InvalidParameterValue',
      message:
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    });
    const keeping = await assume(alice, first, { Tags });
    await assert.rejects((await assume(keeping, second))('ListUsers'), denied);
  });

  test('are refused with duplicate keys and transitive keys that are no tags', async () => {
    const RoleArn = iamArn('role/abac');
    await assert.rejects(assume(alice, RoleArn, { Tags: [tag('a', '1'), tag('A', '2')] }), {
      Code: 'InvalidParameterValue',
      message: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    });
    await assert.rejects(assume(alice, RoleArn, { TransitiveTagKeys: ['a'] }), {
      Code: 'InvalidParameterValue',
      message: 'The specified transitive tag key must be included in the requested tags.',
    });
  });
});

describe('role chaining', () => {
  test('lasts an hour at most', () =>
    assert.rejects(
      assume(alice, iamArn('role/first')).then((session) =>
        assume(session, iamArn('role/d43200'), { DurationSeconds: 3601 }),
      ),
      (error: { Code: string; message: string }) =>
        error.Code === 'ValidationError' &&
        error.message ===
          'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    ));

  test('keeps the source identity, which needs permission and never changes', async () => {
    await assert.rejects(assume(alice, iamArn('role/plain'), { SourceIdentity: 'ann' }), {
      Code: 'AccessDenied',
      message: /sts:SetSourceIdentity/,
    });
    const session = await assume(alice, iamArn('role/first'), { SourceIdentity: 'ann' });
    const RoleArn = iamArn('role/second');
    const chained = await session('AssumeRole', { RoleArn, RoleSessionName: 's2' });
    assert.equal(chained.SourceIdentity, 'ann');
    await assert.rejects(assume(session, RoleArn, { SourceIdentity: 'bob' }), denied);
    await assert.rejects(assume(session, iamArn('role/plain')), denied);
  });
});

describe('GetFederationToken', () => {
  const broker = server.user('broker', allowing('sts:GetFederationToken', 'kms:ListKeys', 'sts:GetAccessKeyInfo'));
  const federate = async (call: Send, input: object = {}) => call('GetFederationToken', { Name: 'guest', ...input });

  test('names a federated user, who may do what broker and session policy both allow', async () => {
    const { KMSClient, ListKeysCommand, ListAliasesCommand } = await import('@aws-sdk/client-kms');
    const call = sender(server, await broker);
    const answer = await federate(call, { Policy: documentOf(allowing('kms:*')) });
    assert.deepEqual(answer.FederatedUser, {
      FederatedUserId: `${account}:guest`,
      Arn: `arn:aws:sts::${account}:federated-user/guest`,
    });
    const guest = server.client(KMSClient, credentialsOf(answer));
    await guest.send(new ListKeysCommand({}));
    await assert.rejects(guest.send(new ListAliasesCommand({})), { name: 'AccessDeniedException' });
    const bare = server.client(KMSClient, credentialsOf(await federate(call)));
    await assert.rejects(bare.send(new ListKeysCommand({})), {
      name: 'AccessDeniedException',
      message: /no session policy allows/,
    });
    const ofRoot = await federate(root, { Policy: documentOf(allowing('kms:ListAliases')) });
    await server.client(KMSClient, credentialsOf(ofRoot)).send(new ListAliasesCommand({}));
  });

  test('gives no way past what a key denies the user, and what it allows the user as far as the session policy goes', async () => {
    const { CreateKeyCommand, EncryptCommand, KMSClient, PutKeyPolicyCommand } = await import('@aws-sdk/client-kms');
    const kms = server.client(KMSClient);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata!.KeyId!;
    const administrators = { Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' };
    const setPolicy = async (Effect: string) => {
      const named = { Effect, Principal: { AWS: iamArn('user/encryptor') }, Action: 'kms:Encrypt', Resource: '*' };
      await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: documentOf(administrators, named) }));
    };
    const call = sender(server, await server.user('encryptor', allowing('sts:GetFederationToken')));
    const encrypt = async (Policy?: string) => {
      const guest = server.client(KMSClient, credentialsOf(await federate(call, { Policy })));
      return guest.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));
    };
    await setPolicy('Allow');
    await encrypt(documentOf(allowing('kms:*')));
    await assert.rejects(encrypt(documentOf(allowing('s3:*'))), { message: /no session policy allows/ });
    await assert.rejects(encrypt(), { message: /no session policy allows/ });
    const PolicyDocument = documentOf(allowing('kms:*', 'sts:*'));
    await root('PutUserPolicy', { UserName: 'encryptor', PolicyName: 'all', PolicyDocument });
    await setPolicy('Deny');
    await assert.rejects(encrypt(documentOf(allowing('kms:*'))), {
      message: /with an explicit deny in a resource-based policy/,
    });
  });

  test('gives nobody IAM, nor STS beyond the identity', async () => {
    const answer = await federate(root, { Policy: documentOf(allowing('*')) });
    const guest = sender(server, credentialsOf(answer));
    assert.equal((await guest('GetCallerIdentity')).UserId, `${account}:guest`);
    await assert.rejects(guest('ListUsers'), { Code: 'InvalidClientTokenId' });
    for (const [operation, input] of [
      ['AssumeRole', { RoleArn: iamArn('role/plain'), RoleSessionName: 's1' }],
      ['GetFederationToken', { Name: 'x1' }],
      ['GetSessionToken', {}],
      ['GetAccessKeyInfo', { AccessKeyId: bKey.accessKeyId }],
    ] as const) {
      await assert.rejects(guest(operation, input), denied, operation);
    }
  });

  test('needs permission', () =>
    assert.rejects(federate(powerless), {
      Code: 'AccessDenied',
      message: `User: ${iamArn('user/powerless')} is not authorized to perform: sts:GetFederationToken on resource: arn:aws:sts::${account}:federated-user/guest because no identity-based policy allows the sts:GetFederationToken action`,
    }));
});

describe('identity providers that nobody verifies yet', () => {
  const token = { RoleArn: iamArn('role/plain'), RoleSessionName: 's1', WebIdentityToken: 'a.b.c.d' };

  test('are never believed', async () => {
    await assert.rejects(root('AssumeRoleWithWebIdentity', token), { Code: 'InvalidIdentityToken' });
    await assert.rejects(
      root('AssumeRoleWithSAML', {
        RoleArn: iamArn('role/plain'),
        PrincipalArn: iamArn('saml-provider/x'),
        SAMLAssertion: 'PHg+',
      }),
      { Code: 'InvalidIdentityToken', message: "Specified provider doesn't exist" },
    );
  });

  test('learn of no role that does not exist', () =>
    assert.rejects(root('AssumeRoleWithWebIdentity', { ...token, RoleArn: iamArn('role/absent') }), {
      Code: 'InvalidIdentityToken',
    }));
});

test('AssumeRoot is refused while no account has centralized root access', () =>
  assert.rejects(
    root('AssumeRoot', {
      TargetPrincipal: other,
      TaskPolicyArn: { arn: 'arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials' },
    }),
    denied,
  ));

test('GetWebIdentityToken is disabled', () =>
  assert.rejects(root('GetWebIdentityToken', { Audience: ['x'], SigningAlgorithm: 'RS256' }), {
    Code: 'OutboundWebIdentityFederationDisabledException',
  }));

test('DecodeAuthorizationMessage refuses what was not encoded here, and those without permission', async () => {
  await assert.rejects(root('DecodeAuthorizationMessage', { EncodedMessage: 'x' }), {
    Code: 'InvalidAuthorizationMessageException',
    message: 'Message is not valid',
  });
  await assert.rejects(powerless('DecodeAuthorizationMessage', { EncodedMessage: 'x' }), denied);
});
