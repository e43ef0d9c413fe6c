import assert from 'node:assert/strict';
import { test } from 'node:test';
import { awsManagedPolicies } from './aws-managed-policies.ts';
import { defaultVersion, parsePolicyArn } from './policies.ts';
import { compileDocument } from './policy-documents.ts';

const named = [
  'AdministratorAccess',
  'ReadOnlyAccess',
  'SecurityAudit',
  'PowerUserAccess',
  'AWSKeyManagementServicePowerUser',
  'SecretsManagerReadWrite',
  'AmazonSSMReadOnlyAccess',
  'AWSCloudTrail_FullAccess',
  'AmazonS3ReadOnlyAccess',
  'job-function/ViewOnlyAccess',
  'service-role/AWSLambdaBasicExecutionRole',
];
for (const name of named) {
  test(`has ${name}`, () => {
    const arn = `arn:aws:iam::aws:policy/${name}`;
    const policy = awsManagedPolicies.find(arn);
    assert.equal(policy?.arn, arn);
    assert.equal(policy.path + policy.policyName, `/${name}`);
    assert.match(policy.policyId, /^ANPA[A-Z2-7]{17}$/);
    assert.equal(awsManagedPolicies.find(arn), policy);
  });
}

test('lists every policy once, in order of names, and each compiles', () => {
  const all = awsManagedPolicies.list();
  assert.ok(all.length > 1000);
  assert.equal(new Set(all.map(({ arn }) => arn)).size, all.length);
  const names = all.map(({ policyName }) => policyName);
  assert.deepEqual(
    names,
    [...names].sort((a, b) => (a < b ? -1 : 1)),
  );
  for (const { arn, path, policyName } of all) {
    assert.deepEqual(parsePolicyArn(arn), { account: 'aws', path, policyName });
    assert.doesNotThrow(() => compileDocument(defaultVersion(awsManagedPolicies.find(arn)!).document, arn), arn);
  }
});

for (const arn of ['arn:aws:iam::aws:policy/NoSuchPolicy', 'arn:aws:iam::aws:policy/Administrator', 'x","y']) {
  test(`has no ${arn}`, () => assert.equal(awsManagedPolicies.find(arn), undefined));
}
