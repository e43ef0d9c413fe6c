import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePolicy } from '../../policy/policy.ts';
import { contextKeysOf } from './context-keys.ts';

const keysOf = (Resource: string): string[] => {
  const Statement = { Effect: 'Allow', Action: '*', Resource };
  return contextKeysOf([parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), 'identity')]);
};

test('variables are found wherever they stand, with a default and without', () => {
  const resource = `arn:aws:s3:::a/\${aws:username}/\${*}/\${aws:PrincipalTag/team, 'none'}/\${\${aws:userid}/\${open`;
  assert.deepEqual(keysOf(resource), ['aws:PrincipalTag/team', 'aws:userid', 'aws:username']);
});

test('a text full of what opens a variable is read in no time', () => {
  for (const text of ['${a', '${,', '${']) {
    for (const end of ['', '}']) {
      const start = performance.now();
      keysOf(`arn:aws:s3:::${text.repeat(40_000)}${end}`);
      assert.ok(performance.now() - start < 500, `${text}${end} took ${performance.now() - start} ms`);
    }
  }
});
