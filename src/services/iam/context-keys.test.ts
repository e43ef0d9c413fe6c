import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePolicy } from '../../policy/policy.ts';
import { growth, tooMuchGrowth } from '../../testing/growth.ts';
import { contextKeysOf } from './context-keys.ts';

const keysOf = (Resource: string): string[] => {
  const Statement = { Effect: 'Allow', Action: '*', Resource };
  return contextKeysOf([parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), 'identity')]);
};

test('variables are found wherever they stand, with a default and without', () => {
  const resource = `arn:aws:s3:::a/\${aws:username}/\${*}/\${aws:PrincipalTag/team, 'none'}/\${\${aws:userid}/\${open`;
  assert.deepEqual(keysOf(resource), ['aws:PrincipalTag/team', 'aws:userid', 'aws:username']);
});

test('a text full of what opens a variable is read in time that grows with it', async () => {
  for (const text of ['${a', '${,', '${']) {
    for (const end of ['', '}']) {
      const grown = await growth((size) => keysOf(`arn:aws:s3:::${text.repeat(size)}${end}`), 20_000);
      assert.ok(grown < tooMuchGrowth, `${text}${end}: ${grown} times`);
    }
  }
});
