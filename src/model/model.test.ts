import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { loadModel } from './model.ts';
import { allPatches } from './patches.ts';

const services = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith('.json') && file !== 'patches.json')
  .map((file) => file.replace('.json', ''));

test('every table loads, with every patch applied and every operation and error built', () => {
  assert.ok(services.length >= 49);
  for (const name of services) {
    const model = loadModel(name);
    for (const operation of model.operationNames) {
      const found = model.findOperation(operation);
      assert.equal(found?.name, operation);
      for (const error of found?.errors ?? []) assert.equal(model.findError(error.name), error);
    }
  }
});

test('every patch names its source and a service that has a table', () => {
  for (const { service, source } of allPatches()) {
    assert.ok(services.includes(service));
    assert.ok(source.length > 20);
  }
});

test('keeps what protocols and kernel need', () => {
  const kms = loadModel('kms');
  assert.deepEqual(kms.protocols, ['json']);
  assert.equal(kms.targetPrefix, 'TrentService');
  assert.equal(kms.jsonVersion, '1.1');
  const encrypt = kms.findOperation('Encrypt')!;
  const plaintext = encrypt.input.members.find(({ name }) => name === 'Plaintext')!;
  assert.equal(plaintext.required, true);
  assert.equal(plaintext.sensitive, true);
  assert.deepEqual({ ...plaintext.shape }, { ...plaintext.shape, type: 'blob', min: 1, max: 4096, streaming: false });
  const iam = loadModel('iam');
  assert.equal(iam.xmlNamespace, 'https://iam.amazonaws.com/doc/2010-05-08/');
  assert.equal(iam.findOperation('CreateUser')!.resultWrapper, 'CreateUserResult');
  assert.equal(loadModel('sts').findOperation('AssumeRoleWithWebIdentity')!.unsigned, true);
});

test('tells reading operations from writing ones as CloudTrail does', () => {
  const rows = [
    ['kms', 'Encrypt', true],
    ['kms', 'GenerateRandom', true],
    ['kms', 'ReEncrypt', true],
    ['kms', 'DescribeKey', true],
    ['kms', 'ListKeys', true],
    ['kms', 'CreateKey', false],
    ['kms', 'CreateGrant', false],
    ['iam', 'GetUser', true],
    ['iam', 'CreateUser', false],
    ['sts', 'GetCallerIdentity', true],
    ['sts', 'AssumeRole', true],
  ] as const;
  for (const [service, operation, readOnly] of rows) {
    assert.equal(loadModel(service).findOperation(operation)!.readOnly, readOnly, `${service}:${operation}`);
  }
});

test('finds errors by shape name and by wire code', () => {
  const iam = loadModel('iam');
  assert.equal(iam.findError('NoSuchEntityException'), iam.findError('NoSuchEntity'));
  assert.deepEqual(iam.findError('NoSuchEntity')!.error, { code: 'NoSuchEntity', httpStatus: 404, fault: false });
  assert.equal(loadModel('kms').findError('KMSInternalException')!.error!.httpStatus, 500);
  assert.equal(loadModel('kms').findError('DependencyTimeoutException')!.error!.httpStatus, 503);
  assert.equal(iam.findError('constructor'), undefined);
});

test('knows no operation by an inherited name, and no service by a path', () => {
  assert.equal(loadModel('kms').findOperation('constructor'), undefined);
  assert.equal(loadModel('kms').findOperation('__proto__'), undefined);
  assert.throws(() => loadModel('../../package'));
  assert.throws(() => loadModel('nosuchservice'));
});
