import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { organizationsSender } from '../../testing/organization.ts';
import { rootCredentials, testServer } from '../../testing/server.ts';
import type { Credentials } from '../../testing/sign.ts';

const allow = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const names = ['source', 'third', 'fourth', 'loner'] as const;
type Name = (typeof names)[number] | 'target';
const accountOf = (name: Name): string =>
  name === 'target' ? '111122223333' : `${444455556660 + names.indexOf(name)}`;
const keyOf = (name: Name): Credentials =>
  name === 'target'
    ? rootCredentials
    : { accessKeyId: `AKIATRANSFER${name.toUpperCase()}`, secretAccessKey: `secret-access-key-of-${name}-0123456789` };

const server = await testServer({
  persistent: true,
  seedText: JSON.stringify({
    users: names.map((name) => ({
      name: 'admin',
      account: accountOf(name),
      accessKeys: [{ id: keyOf(name).accessKeyId, secret: keyOf(name).secretAccessKey }],
      policies: { all: allow },
    })),
  }),
});
const send = organizationsSender(server);
const as =
  (name: Name) =>
  (operation: string, input: object = {}) =>
    send(operation, input, keyOf(name));
const [target, source, third, fourth, loner] = [as('target'), as('source'), as('third'), as('fourth'), as('loner')];
const ids = new Map<Name, string>();
for (const name of ['target', 'source', 'third', 'fourth'] as const) {
  ids.set(name, (await as(name)('CreateOrganization')).Organization.Id);
}

/** First moment of the month that is so many months from now. */
const month = (after: number): Date => {
  const now = server.running.clock.now();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + after));
};
const endOf = (after: number): Date => new Date(month(after + 1).getTime() - 1);
const asking = (name: Name, more: object = {}) => ({
  Type: 'BILLING',
  Target: { Type: 'ACCOUNT', Id: accountOf(name) },
  StartTimestamp: month(2),
  SourceName: `Bills of ${name}`,
  ...more,
});
type Sender = ReturnType<typeof as>;
const invite = async (by: Sender, name: Name, more: object = {}) =>
  (await by('InviteOrganizationToTransferResponsibility', asking(name, more))).Handshake;
const transferOf = (handshake: { Resources: readonly { Type: string; Value: string }[] }): string =>
  handshake.Resources.find(({ Type }) => Type === 'RESPONSIBILITY_TRANSFER')!.Value;
const statusOf = async (Id: string, by: Sender = target) =>
  (await by('DescribeResponsibilityTransfer', { Id })).ResponsibilityTransfer.Status;

describe('a transfer of billing', () => {
  test('is asked for, accepted, seen by both sides in their directions, renamed, tagged and withdrawn', async () => {
    const Tags = [{ Key: 'team', Value: 'finance' }];
    const handshake = await invite(target, 'source', { Notes: 'as agreed', Tags });
    assert.match(
      handshake.Arn,
      /^arn:aws:organizations::111122223333:handshake\/o-\w+\/transfer_responsibility\/h-\w+$/,
    );
    assert.deepEqual([handshake.Action, handshake.State], ['TRANSFER_RESPONSIBILITY', 'REQUESTED']);
    assert.deepEqual(handshake.ExpirationTimestamp, new Date(month(2).getTime() - 86_400_000));
    const Id = transferOf(handshake);
    const inbound = {
      Arn: `arn:aws:organizations::111122223333:transfer/${ids.get('target')}/billing/inbound/${Id}`,
      Name: 'Bills of source',
      Id,
      Type: 'BILLING',
      Status: 'REQUESTED',
      Source: {
        ManagementAccountId: accountOf('source'),
        ManagementAccountEmail: `${accountOf('source')}@account.invalid`,
      },
      Target: {
        ManagementAccountId: accountOf('target'),
        ManagementAccountEmail: `${accountOf('target')}@account.invalid`,
      },
      StartTimestamp: month(2),
      ActiveHandshakeId: handshake.Id,
    };
    assert.deepEqual((await target('DescribeResponsibilityTransfer', { Id })).ResponsibilityTransfer, inbound);

    const { Handshakes } = await source('ListHandshakesForAccount', {
      Filter: { ActionType: 'TRANSFER_RESPONSIBILITY' },
    });
    assert.deepEqual(Handshakes, [handshake]);
    assert.equal((await source('AcceptHandshake', { HandshakeId: handshake.Id })).Handshake.State, 'ACCEPTED');
    const outbound = {
      ...inbound,
      Arn: `arn:aws:organizations::${accountOf('source')}:transfer/${ids.get('source')}/billing/outbound/${Id}`,
      Status: 'ACCEPTED',
    };
    const { ResponsibilityTransfers } = await source('ListOutboundResponsibilityTransfers', { Type: 'BILLING' });
    assert.deepEqual(ResponsibilityTransfers, [outbound]);
    assert.deepEqual(
      (await source('ListInboundResponsibilityTransfers', { Type: 'BILLING' })).ResponsibilityTransfers,
      [],
    );
    const found = await target('ListInboundResponsibilityTransfers', { Type: 'BILLING', Id });
    assert.deepEqual(found.ResponsibilityTransfers, [{ ...inbound, Status: 'ACCEPTED' }]);

    assert.deepEqual((await target('ListTagsForResource', { ResourceId: Id })).Tags, Tags);
    await target('UntagResource', { ResourceId: Id, TagKeys: ['team'] });
    assert.deepEqual((await target('ListTagsForResource', { ResourceId: Id })).Tags, []);
    await assert.rejects(source('ListTagsForResource', { ResourceId: Id }), { name: 'TargetNotFoundException' });
    const renamed = await target('UpdateResponsibilityTransfer', { Id, Name: 'Another name' });
    assert.equal(renamed.ResponsibilityTransfer.Name, 'Another name');

    await server.restart();
    await assert.rejects(source('DeleteOrganization'), { Reason: 'ACTIVE_RESPONSIBILITY_TRANSFER_PROCESS' });
    const withdrawn = (await source('TerminateResponsibilityTransfer', { Id })).ResponsibilityTransfer;
    assert.deepEqual(
      [withdrawn.Status, withdrawn.EndTimestamp, withdrawn.Name],
      ['WITHDRAWN', endOf(2), 'Another name'],
    );
    await assert.rejects(target('TerminateResponsibilityTransfer', { Id }), {
      name: 'ResponsibilityTransferAlreadyInStatusException',
    });
    await assert.rejects(invite(target, 'source'), { Reason: 'RESPONSIBILITY_TRANSFER_ALREADY_EXISTS' });
    await server.advance('100d');
    assert.equal(await statusOf(Id), 'WITHDRAWN');
    await target('CancelHandshake', { HandshakeId: (await invite(target, 'source')).Id });
  });

  test('ends as its invitation does: declined, canceled or expired, and is forgotten 30 days later', async () => {
    const declined = await invite(target, 'third');
    await third('DeclineHandshake', { HandshakeId: declined.Id });
    const canceled = await invite(target, 'third');
    await target('CancelHandshake', { HandshakeId: canceled.Id });
    const expired = await invite(target, 'third');
    await server.advance(`${Math.ceil((month(2).getTime() - server.running.clock.now().getTime()) / 86_400_000)}d`);
    assert.equal(await statusOf(transferOf(expired), third), 'EXPIRED');
    await assert.rejects(third('AcceptHandshake', { HandshakeId: expired.Id }), {
      name: 'InvalidHandshakeTransitionException',
    });
    await assert.rejects(target('TerminateResponsibilityTransfer', { Id: transferOf(expired) }), {
      name: 'InvalidResponsibilityTransferTransitionException',
    });
    await server.advance('31d');
    for (const { Resources } of [declined, canceled, expired]) {
      await assert.rejects(statusOf(transferOf({ Resources })), { name: 'ResponsibilityTransferNotFoundException' });
    }
  });

  test('goes to one organization only, and no further than two steps, nor in a circle', async () => {
    const accept = async (by: Sender, handshake: { Id: string }) =>
      by('AcceptHandshake', { HandshakeId: handshake.Id });
    await accept(source, await invite(target, 'source'));
    await assert.rejects(accept(source, await invite(third, 'source')), {
      Reason: 'RESPONSIBILITY_TRANSFER_MAX_OUTBOUND_QUOTA_VIOLATION',
    });
    await assert.rejects(accept(target, await invite(source, 'target')), {
      Reason: 'RESPONSIBILITY_TRANSFER_MAX_LEVEL_VIOLATION',
    });
    await accept(third, await invite(source, 'third'));
    await assert.rejects(accept(target, await invite(fourth, 'target')), {
      Reason: 'RESPONSIBILITY_TRANSFER_MAX_LEVEL_VIOLATION',
    });
    const { ResponsibilityTransfers } = await source('ListOutboundResponsibilityTransfers', { Type: 'BILLING' });
    const agreed = ResponsibilityTransfers.filter(({ Status }: { Status: string }) => Status === 'ACCEPTED');
    assert.deepEqual(
      agreed.map(({ Target }: { Target: { ManagementAccountId: string } }) => Target.ManagementAccountId),
      [accountOf('target')],
    );
    const { Id } = agreed[0];
    for (const [EndTimestamp, Reason] of [
      [month(3), 'END_DATE_NOT_END_OF_MONTH'],
      [endOf(1), 'END_DATE_TOO_EARLY'],
    ] as const) {
      await assert.rejects(source('TerminateResponsibilityTransfer', { Id, EndTimestamp }), { Reason });
    }
    // Clients in Python send whole seconds.
    const EndTimestamp = new Date(endOf(4).getTime() - 999);
    const { ResponsibilityTransfer } = await source('TerminateResponsibilityTransfer', { Id, EndTimestamp });
    assert.deepEqual(ResponsibilityTransfer.EndTimestamp, endOf(4));
  });
});

describe('an invitation to a transfer', () => {
  for (const [why, given, Reason] of [
    [
      'begins within a month',
      () => ({ StartTimestamp: new Date(month(2).getTime() + 86_400_000) }),
      'START_DATE_NOT_BEGINNING_OF_MONTH',
    ],
    [
      'begins within a day',
      () => ({ StartTimestamp: new Date(month(2).getTime() + 1000) }),
      'START_DATE_NOT_BEGINNING_OF_DAY',
    ],
    ['begins this month', () => ({ StartTimestamp: month(0) }), 'START_DATE_TOO_EARLY'],
    [
      'goes to an organization as such',
      () => ({ Target: { Type: 'ORGANIZATION', Id: 'o-abcdefghij' } }),
      'INVALID_PARTY_TYPE_TARGET',
    ],
    ['goes to an account that is in no organization', () => asking('loner'), 'TARGET_NOT_SUPPORTED'],
    ['goes to who sends it', () => asking('target'), 'SOURCE_AND_TARGET_CANNOT_MATCH'],
  ] as const) {
    test(`is refused where it ${why}`, async () => {
      await assert.rejects(invite(target, 'fourth', given()), { Reason });
    });
  }

  test('is sent once', async () => {
    await invite(target, 'fourth');
    await assert.rejects(invite(target, 'fourth'), { name: 'DuplicateHandshakeException' });
  });

  test('is nothing to accounts without an organization, to members and to strangers', async () => {
    await assert.rejects(invite(loner, 'fourth'), { name: 'AWSOrganizationsNotInUseException' });
    const { ResponsibilityTransfers } = await target('ListInboundResponsibilityTransfers', { Type: 'BILLING' });
    const { Id } = ResponsibilityTransfers.find(
      ({ Source }: { Source: { ManagementAccountId: string } }) => Source.ManagementAccountId === accountOf('fourth'),
    );
    await assert.rejects(third('DescribeResponsibilityTransfer', { Id }), {
      name: 'ResponsibilityTransferNotFoundException',
    });
    await assert.rejects(third('ListInboundResponsibilityTransfers', { Type: 'BILLING', Id }), {
      name: 'ResponsibilityTransferNotFoundException',
    });
    const invited = (
      await target('InviteAccountToOrganization', asking('loner', {}) && { Target: asking('loner').Target })
    ).Handshake;
    await loner('AcceptHandshake', { HandshakeId: invited.Id });
    await assert.rejects(loner('DescribeResponsibilityTransfer', { Id }), { name: 'AccessDeniedException' });
  });

  test('is decided by direction and type', async () => {
    const Condition = { StringNotEquals: { 'organizations:TransferDirection': 'outbound' } };
    const viewer = await server.user('viewer', {
      Effect: 'Allow',
      Action: 'organizations:*',
      Resource: '*',
      Condition,
    });
    const list = (direction: string) => send(`List${direction}ResponsibilityTransfers`, { Type: 'BILLING' }, viewer);
    await list('Inbound');
    await assert.rejects(list('Outbound'), { name: 'AccessDeniedException' });
  });
});
