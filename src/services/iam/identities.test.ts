import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import type { Caller, Credential, PrincipalPolicies } from '../../kernel/caller.ts';
import { openStore } from '../../store/open.ts';
import type { Transaction } from '../../store/store.ts';
import { type IamService, iam, type UserSeed } from './index.ts';
import { users } from './users.ts';

const account = '111122223333';
const now = new Date('2026-11-22T10:00:00Z');
const later = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
const pair = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const allow = (action: string): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });
const bob: UserSeed = {
  account,
  userName: 'Bob',
  accessKeys: [pair],
  inlinePolicies: { inline: allow('kms:Encrypt') },
  attachedPolicies: [],
  groups: [],
  tags: { team: 'blue' },
};

let store = await openStore({ data: ':memory:' });
let service: IamService = iam({ store });
beforeEach(async () => {
  await store.close();
  store = await openStore({ data: ':memory:' });
  service = iam({ store });
});
after(() => store.close());

const run = <T>(work: (tx: Transaction) => T): Promise<T> => store.transact(work);
const seed = (user: Partial<UserSeed> = {}): Promise<void> =>
  run((tx) => service.seedUser(tx, { ...bob, ...user }, now));
const find = (id: string, token?: string, at = now): Credential | undefined =>
  service.identities.findCredential(store.begin(), id, token, at);
const policiesOf = (caller: Caller): PrincipalPolicies => service.identities.policiesOf(store.begin(), caller);
const callerOf = (id: string): Caller => find(id)!.caller;
const change = (edit: (user: NonNullable<ReturnType<typeof users.find>>) => object): Promise<void> =>
  run((tx) => {
    const user = users.find(tx, account, 'bob')!;
    users.put(tx, { ...user, ...edit(user) });
  });
const allowsAction = ({ identity }: PrincipalPolicies, action: string): boolean =>
  identity.some((policy) => policy.candidates(action).allows.size > 0);

describe('access keys', () => {
  test('make the caller the user that has the key', async () => {
    await seed();
    const credential = find(pair.accessKeyId)!;
    assert.equal(credential.active, true);
    assert.deepEqual(
      { ...credential.caller, userId: '', uniqueId: '' },
      {
        kind: 'user',
        account,
        arn: `arn:aws:iam::${account}:user/Bob`,
        userId: '',
        userName: 'Bob',
        uniqueId: '',
        tags: { team: 'blue' },
        accessKeyId: pair.accessKeyId,
      },
    );
    assert.match(credential.caller.userId, /^AIDA[A-Z2-7]{17}$/);
    assert.equal(credential.caller.uniqueId, credential.caller.userId);
  });

  test('are remembered until the key or the user changes, and so are their signing keys', async () => {
    await seed();
    const credential = find(pair.accessKeyId)!;
    const key = credential.signingKey('20261122', 'eu-west-2', 'kms');
    assert.equal(find(pair.accessKeyId), credential);
    await change(() => ({ path: '/moved/' }));
    assert.equal(callerOf(pair.accessKeyId).arn, `arn:aws:iam::${account}:user/moved/Bob`);
    assert.equal(find(pair.accessKeyId)!.signingKey('20261122', 'eu-west-2', 'kms'), key);
  });

  test('of a user that was deleted say nothing, also when another user takes the name', async () => {
    await seed();
    await run((tx) => users.delete(tx, users.find(tx, account, 'Bob')!));
    assert.equal(find(pair.accessKeyId), undefined);
    await seed({ accessKeys: [] });
    assert.equal(find(pair.accessKeyId), undefined);
  });

  test('that nobody has, and long-term keys with a token, are unknown', async () => {
    await seed();
    assert.equal(find('AKIAAAAAAAAAAAAAAAAA'), undefined);
    assert.equal(find(pair.accessKeyId, 'token'), undefined);
  });

  test('of root make the caller root; a reset leaves one new key', async () => {
    const first = await run((tx) => service.createRootAccessKey(tx, account, now));
    assert.deepEqual(callerOf(first.record.accessKeyId), {
      kind: 'root',
      account,
      arn: `arn:aws:iam::${account}:root`,
      userId: account,
      accessKeyId: first.record.accessKeyId,
    });
    const second = await run((tx) => service.resetRootAccessKey(tx, account, now, pair));
    assert.equal(second.secretAccessKey, pair.secretAccessKey);
    assert.equal(find(first.record.accessKeyId), undefined);
    assert.deepEqual(service.rootAccessKeyIds(store.begin(), account), [pair.accessKeyId]);
  });
});

describe('policies of a caller', () => {
  test('are its inline and managed ones, remembered until one of them changes', async () => {
    await run((tx) => service.seedPolicy(tx, { account, policyName: 'P', document: allow('kms:Sign') }, now));
    await seed({ attachedPolicies: [`arn:aws:iam::${account}:policy/P`, 'arn:aws:iam::aws:policy/ReadOnlyAccess'] });
    const caller = callerOf(pair.accessKeyId);
    const set = policiesOf(caller);
    assert.deepEqual(
      set.identity.map(({ source }) => source),
      ['user_Bob_inline', `arn:aws:iam::${account}:policy/P`, 'arn:aws:iam::aws:policy/ReadOnlyAccess'],
    );
    assert.equal(policiesOf(caller), set);
    assert.ok(allowsAction(set, 'kms:Sign') && allowsAction(set, 'kms:Encrypt') && !allowsAction(set, 'kms:Decrypt'));

    await run((tx) => service.seedPolicy(tx, { account, policyName: 'P', document: allow('kms:Decrypt') }, now));
    const changed = policiesOf(caller);
    assert.ok(allowsAction(changed, 'kms:Decrypt') && !allowsAction(changed, 'kms:Sign'));
  });

  test('include the boundary; one whose policy is gone bounds to nothing', async () => {
    await seed();
    assert.equal(policiesOf(callerOf(pair.accessKeyId)).boundary, undefined);
    await change(() => ({ permissionsBoundary: `arn:aws:iam::${account}:policy/gone` }));
    assert.deepEqual(policiesOf(callerOf(pair.accessKeyId)).boundary, []);
    await change(() => ({ permissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }));
    assert.equal(policiesOf(callerOf(pair.accessKeyId)).boundary?.length, 1);
  });

  test('are none when its user is gone', async () => {
    await seed();
    const caller = callerOf(pair.accessKeyId);
    await run((tx) => users.delete(tx, users.find(tx, account, 'Bob')!));
    assert.deepEqual(policiesOf(caller), { identity: [] });
  });
});

describe('session tokens', () => {
  const issue = (claims: object = {}): ReturnType<IamService['sessionTokens']['issue']> => {
    const { uniqueId, userName } = callerOf(pair.accessKeyId);
    const issuedAt = now.getTime() / 1000;
    return service.sessionTokens.issue({
      kind: 'user',
      account,
      entityName: userName!,
      uniqueId: uniqueId!,
      parentAccessKeyId: pair.accessKeyId,
      issuedAt,
      expiresAt: issuedAt + 900,
      ...claims,
    });
  };
  beforeEach(() => seed());

  test('make the caller its user, with the facts of the session', () => {
    const { accessKeyId, sessionToken } = issue({ mfaAuthenticatedAt: now.getTime() / 1000 - 5 });
    const credential = find(accessKeyId, sessionToken)!;
    const { session, ...caller } = credential.caller;
    assert.deepEqual(caller, { ...callerOf(pair.accessKeyId), accessKeyId });
    assert.deepEqual(session, { issuedAt: now, expiresAt: later(900), mfaAuthenticatedAt: later(-5) });
    assert.equal(find(accessKeyId, sessionToken), credential);
    assert.deepEqual(policiesOf(credential.caller), policiesOf(callerOf(pair.accessKeyId)));
  });

  test('are over at their expiration and not before', () => {
    const { accessKeyId, sessionToken } = issue();
    assert.ok(find(accessKeyId, sessionToken, later(899.999)));
    assert.throws(() => find(accessKeyId, sessionToken, later(900)), {
      code: 'ExpiredToken',
      message: 'The security token included in the request is expired',
    });
  });

  test('are worth nothing without the token, altered, or beside another key', () => {
    const { accessKeyId, sessionToken } = issue();
    assert.equal(find(accessKeyId), undefined);
    assert.equal(find(accessKeyId, `${sessionToken}A`), undefined);
    assert.equal(find(issue().accessKeyId, sessionToken), undefined);
  });

  test('follow a renamed user', async () => {
    const { accessKeyId, sessionToken } = issue();
    await run((tx) => {
      const user = users.find(tx, account, 'Bob')!;
      users.delete(tx, user);
      users.put(tx, { ...user, userName: 'Robert' });
    });
    assert.equal(find(accessKeyId, sessionToken)?.caller.userName, 'Robert');
  });

  test('die with their user', async () => {
    const { accessKeyId, sessionToken } = issue();
    assert.ok(find(accessKeyId, sessionToken));
    await run((tx) => users.delete(tx, users.find(tx, account, 'Bob')!));
    await seed({ accessKeys: [] });
    assert.equal(find(accessKeyId, sessionToken), undefined);
  });

  test('of keys taken on trust are trusted in open mode only', () => {
    const claims = { kind: 'root', entityName: undefined, uniqueId: undefined, parentAccessKeyId: undefined };
    const { accessKeyId, sessionToken } = issue({ ...claims, unverified: true });
    assert.equal(find(accessKeyId, sessionToken), undefined);
    const { identities } = iam({ store, open: true });
    const credential = identities.findCredential(store.begin(), accessKeyId, sessionToken, now);
    assert.equal(credential?.caller.unverified, true);
    assert.equal(credential.caller.kind, 'root');
  });
});

describe('principals of resource policies', () => {
  const toStored = (principal: string, from = service): string | undefined =>
    from.principals.toStored(store.begin(), principal);
  beforeEach(() => seed());

  test('are stored by unique id and shown by ARN', () => {
    const arn = `arn:aws:iam::${account}:user/Bob`;
    const id = callerOf(pair.accessKeyId).userId;
    assert.equal(toStored(arn), id);
    assert.equal(toStored(id), id);
    assert.equal(service.principals.toDisplayed(store.begin(), id), arn);
  });

  test('are the account for 12 digits and for its root ARN', () => {
    assert.equal(toStored(account), `arn:aws:iam::${account}:root`);
    assert.equal(toStored(`arn:aws:iam::${account}:root`), `arn:aws:iam::${account}:root`);
    assert.equal(toStored('*'), '*');
    assert.equal(toStored(`arn:aws:sts::${account}:federated-user/x`), `arn:aws:sts::${account}:federated-user/x`);
  });

  for (const principal of [
    '999999999999',
    'arn:aws:iam::999999999999:root',
    `arn:aws:iam::${account}:user/Alice`,
    `arn:aws:iam::${account}:user/bob`,
    `arn:aws:iam::${account}:user/path/Bob`,
    `arn:aws:iam::${account}:role/R`,
    `arn:aws:iam::${account}:root/x`,
    'AIDAAAAAAAAAAAAAAAAAA',
    'Bob',
    '',
  ]) {
    test(`do not include '${principal}'`, () => assert.equal(toStored(principal), undefined));
  }

  test('that are gone stay as ids, whoever takes the name', async () => {
    const id = callerOf(pair.accessKeyId).userId;
    await run((tx) => users.delete(tx, users.find(tx, account, 'Bob')!));
    await seed({ accessKeys: [] });
    assert.equal(toStored(id), undefined);
    assert.equal(service.principals.toDisplayed(store.begin(), id), id);
  });

  test('are every account in open mode', () => {
    assert.equal(toStored('999999999999', iam({ store, open: true })), 'arn:aws:iam::999999999999:root');
  });
});

test('seeding a user again changes nothing but what the file says', async () => {
  await seed();
  const first = users.find(store.begin(), account, 'Bob')!;
  await seed();
  assert.deepEqual(users.find(store.begin(), account, 'Bob'), first);
  await seed({ inlinePolicies: { other: allow('kms:Sign') }, tags: { Team: 'red' } });
  const second = users.find(store.begin(), account, 'Bob')!;
  assert.equal(second.userId, first.userId);
  assert.deepEqual(second.tags, [{ Key: 'Team', Value: 'red' }]);
  assert.deepEqual(
    second.inlinePolicies.map(({ policyName }) => policyName),
    ['inline', 'other'],
  );
});
