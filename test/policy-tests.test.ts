import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readCaseFile } from '../src/cli/policy/case-file.ts';
import { bulwark } from './bulwark.ts';

const examples = join(import.meta.dirname, '..', 'examples', 'policy-tests');
const folder = mkdtempSync(join(tmpdir(), 'bulwark-policy-tests-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const good = {
  name: 'a case',
  principal: 'arn:aws:iam::111122223333:user/alice',
  action: 'kms:Encrypt',
  resource: 'arn:aws:kms:eu-west-2:111122223333:key/1',
  policies: { identity: [[{ Sid: 'Use', Effect: 'Allow', Action: 'kms:*', Resource: '*' }]] },
  expect: 'allow',
};

const fileOf = (...cases: readonly object[]): string => JSON.stringify({ cases });

describe('bulwark policy test', () => {
  it('passes the examples', async () => {
    const files = readdirSync(examples).filter((name) => name.endsWith('.yaml'));
    const { exitCode, stdout } = await bulwark('policy', 'test', ...files.map((name) => join(examples, name)));
    assert.equal(exitCode, 0, stdout);
    assert.match(stdout, /\n17 passed, 0 failed\n$/);
  });

  it('exits with 1 and says what differs, statement by statement', async () => {
    const Condition = { StringEquals: { 'kms:RequestAlias': 'alias/a' } };
    const statements = [
      { Sid: 'Alias', Effect: 'Allow', Action: 'kms:*', Resource: '*', Condition },
      { Effect: 'Allow', Action: 's3:*', Resource: '*' },
    ];
    const path = write('failing.json', fileOf({ ...good, policies: { identity: [statements] } }));
    const { exitCode, stdout } = await bulwark('policy', 'test', path);
    assert.equal(exitCode, 1);
    assert.deepEqual(stdout.split('\n').slice(1, 8), [
      `  FAIL  a case (${path}:1)`,
      '        - expected: allow',
      '        + actual:   implicit deny, by identity: no statement allows',
      '          Allow resource: statement 1 of default key policy applies',
      '          Allow identity: statement 1 "Alias" of identity policy 1 does not match: StringEquals kms:requestalias (absent)',
      '          Allow identity: statement 2 of identity policy 1 does not match: Action',
      '          condition keys that the request does not have: kms:requestalias',
    ]);
  });

  it('fails a case that is decided as expected for another reason', async () => {
    const reasons = ['identity Use', 'identity', 'identity Other', 'resource'];
    const path = write('reasons.json', fileOf(...reasons.map((reason) => ({ ...good, name: reason, reason }))));
    const { stdout } = await bulwark('policy', 'test', path);
    assert.deepEqual(
      stdout.split('\n').flatMap((line) => /^ {2}(ok|FAIL) /.exec(line)?.[1] ?? []),
      ['ok', 'ok', 'FAIL', 'FAIL'],
    );
  });

  it('writes JUnit XML with an explanation in each failure', async () => {
    const path = write('junit.json', fileOf(good, { ...good, name: 'a <"second"> & last', expect: 'deny' }));
    const junit = join(folder, 'results.xml');
    await bulwark('policy', 'test', '--junit', junit, path);
    const xml = readFileSync(junit, 'utf8');
    assert.match(xml, /<testsuites tests="2" failures="1" errors="0"/);
    assert.match(xml, /name="a &lt;&quot;second&quot;&gt; &amp; last"/);
    assert.match(xml, /<failure message="- expected: deny \+ actual: {3}allow, by identity Use: /);
  });

  it('exits with 2 where a file cannot be used', async () => {
    const { exitCode, stderr } = await bulwark('policy', 'test', write('empty.yaml', ''));
    assert.equal(exitCode, 2);
    assert.match(stderr, /empty\.yaml:1:1: the file: expected/);
  });
});

/** What users get wrong, and what they are told. */
const mistakes: readonly [string, object, RegExp][] = [
  ['an unknown field', { actions: 'kms:Encrypt' }, /unknown field "actions"; known: name, principal, action/],
  ['an unknown type of policy', { policies: { idendity: [] } }, /unknown field "idendity"; known: identity, resource/],
  ['no expectation', { expect: undefined }, /the case has no "expect"/],
  [
    'another expectation',
    { expect: 'denied' },
    /expect: "denied" is not one of allow, deny, explicit deny, implicit deny/,
  ],
  ['an action without a service', { action: 'Encrypt' }, /"Encrypt" has no service; expected one such as kms:Encrypt/],
  ['a misspelt action', { action: 'kms:Encypt' }, /kms has no action Encypt; is kms:Encrypt meant\?/],
  ['a pattern for an action', { action: 'kms:*' }, /a request has one action; "kms:\*" is a pattern/],
  ['a pattern for a resource', { resource: 'arn:aws:s3:::b/*' }, /a request has one resource/],
  ['a name for a resource', { resource: 'alias/a' }, /"alias\/a" is neither an ARN nor \*/],
  [
    'a role for a principal',
    { principal: 'arn:aws:iam::111122223333:role/ci/Build' },
    /its sessions do: arn:aws:sts::111122223333:assumed-role\/Build\/SESSION, with role: arn:aws:iam::1/,
  ],
  ['a group for a principal', { principal: 'arn:aws:iam::111122223333:group/g' }, /a group makes no requests/],
  ['a name for a principal', { principal: 'alice' }, /"alice" is no principal: expected the ARN of/],
  ['an owner that is unknown', { principal: 'logs.amazonaws.com', resource: 'arn:aws:s3:::b' }, /whose is it\?/],
  ['a condition key without a prefix', { context: { SourceIp: 'x' } }, /"SourceIp" is no condition key/],
  ['a structure for a value', { context: { 'aws:SourceIp': { a: 1 } } }, /context aws:SourceIp: expected text/],
  ['a policy that is not there', { policies: { identity: ['none.json'] } }, /none\.json: there is no such file/],
  ['an ARN of a policy of one’s own', { policies: { identity: ['arn:aws:iam::1:policy/x'] } }, /no AWS managed policy/],
  ['a policy without statements', { policies: { identity: [{ Version: '2012-10-17' }] } }, /It has no Statement\./],
  [
    'a Principal in an identity policy',
    { policies: { identity: [[{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }]] } },
    /identity policy 1: Has prohibited field Principal\. Only resource policies have a Principal\./,
  ],
  ['JSON that is none', { policies: { identity: ['{'] } }, /Syntax errors in policy\. It is no JSON/],
];

describe('a case file says with line and column what is wrong:', () => {
  for (const [name, over, message] of mistakes) {
    it(name, () => {
      const path = write('wrong.json', JSON.stringify({ cases: [{ ...good, ...over }] }, undefined, 2));
      assert.throws(() => readCaseFile(path), message);
      assert.throws(() => readCaseFile(path), /wrong\.json:\d+:\d+: /);
    });
  }

  it('a name twice', () => {
    const path = write('twice.yaml', 'cases:\n  - action: a:b\n    action: c:d\n');
    assert.throws(() => readCaseFile(path), /twice\.yaml:3:5: Map keys must be unique/);
  });

  it('the line of the field, not of the file', () => {
    const path = write('line.yaml', 'cases:\n  - name: x\n    principle: y\n');
    assert.throws(() => readCaseFile(path), /line\.yaml:3:5: case: unknown field "principle"/);
  });
});
