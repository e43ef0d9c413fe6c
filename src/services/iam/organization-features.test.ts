import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Call } from '../../kernel/call.ts';
import type { Membership } from '../../kernel/organizations.ts';
import { openStore } from '../../store/open.ts';
import {
  administeredOrganization,
  managedOrganization,
  mayActAsRoot,
  organizationFeatures,
} from './organization-features.ts';

const store = await openStore({ data: ':memory:' });
const management = '111122223333';
const member = '444455556666';
const audit = 'arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials';
const unlock = 'arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy';

const place: Membership = {
  organizationId: 'o-abcdefghij',
  managementAccount: management,
  isManagement: false,
  active: true,
  path: 'o-abcdefghij/r-abcd/',
  allFeatures: true,
  trustedServices: ['iam.amazonaws.com'],
  delegatedServices: [],
};

/** A call from an account where organizations are as given, by account. */
const callFrom = (account: string, places: Readonly<Record<string, Partial<Membership>>>): Call =>
  ({
    tx: store.begin(),
    account,
    organizations: {
      isClosed: () => false,
      membershipOf: (_tx: unknown, asked: string) =>
        places[asked] && { ...place, isManagement: asked === management, ...places[asked] },
    },
  }) as unknown as Call;

const everybody = { [management]: {}, [member]: {} };

for (const [what, places, code] of [
  ['without an organization', {}, 'OrganizationNotFoundException'],
  [
    'as a mere member',
    { [management]: { isManagement: false } },
    'AccountNotManagementOrDelegatedAdministratorException',
  ],
  [
    'with consolidated billing only',
    { [management]: { allFeatures: false } },
    'OrganizationNotInAllFeaturesModeException',
  ],
  ['without trusted access for IAM', { [management]: { trustedServices: [] } }, 'ServiceAccessNotEnabledException'],
] as const) {
  test(`organization features are refused ${what}`, () =>
    assert.throws(() => administeredOrganization(callFrom(management, places)), { code }));
}

test('a delegated administrator may look but not enable', () => {
  const call = callFrom(member, { ...everybody, [member]: { delegatedServices: ['iam.amazonaws.com'] } });
  assert.equal(administeredOrganization(call).organizationId, place.organizationId);
  assert.throws(() => managedOrganization(call), { code: 'CallerIsNotManagementAccountException' });
});

test('each task needs its own feature, an administrator and an active member', () => {
  const call = callFrom(management, everybody);
  assert.equal(mayActAsRoot(call, member, audit), false);
  organizationFeatures.set(call.tx, place.organizationId, 'RootCredentialsManagement', true);
  assert.equal(mayActAsRoot(call, member, audit), true);
  assert.equal(mayActAsRoot(call, member, unlock), false);
  assert.deepEqual(organizationFeatures.set(call.tx, place.organizationId, 'RootSessions', true), [
    'RootCredentialsManagement',
    'RootSessions',
  ]);
  assert.equal(mayActAsRoot(call, member, unlock), true);
  assert.equal(mayActAsRoot(call, member, 'arn:aws:iam::aws:policy/AdministratorAccess'), false);
  assert.equal(mayActAsRoot(call, management, audit), false);
  const asked = (from: string, places: Readonly<Record<string, Partial<Membership>>>): boolean =>
    mayActAsRoot({ ...callFrom(from, places), tx: call.tx }, member, audit);
  assert.equal(asked(member, everybody), false);
  const closing = { ...call.organizations, isClosed: (_tx: unknown, account: string) => account === member };
  assert.equal(mayActAsRoot({ ...call, organizations: closing }, member, audit), false);
  assert.equal(asked(management, { ...everybody, [member]: { organizationId: 'o-other12345' } }), false);
  assert.equal(asked(management, { ...everybody, [management]: { trustedServices: [] } }), false);
});
