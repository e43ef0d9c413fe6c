import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { type PolicyKind, PolicySyntaxError, parsePolicy } from './policy.ts';

/** One document, or a text where it is no JSON; without `error` it must be taken. */
interface ParseCase {
  readonly name: string;
  readonly kind: PolicyKind;
  readonly document?: object;
  readonly text?: string;
  readonly error?: string;
}

const cases = JSON.parse(
  readFileSync(new URL('./cases/parse/documents.json', import.meta.url), 'utf8'),
) as readonly ParseCase[];

describe('policy documents are taken or refused in the words of AWS', () => {
  for (const { name, kind, document, text, error } of cases) {
    it(error === undefined ? `takes: ${name}` : `refuses: ${name}`, () => {
      const parse = () => parsePolicy(text ?? JSON.stringify(document), kind);
      if (error === undefined) assert.equal(parse().kind, kind);
      else assert.throws(parse, { name: 'PolicySyntaxError', message: error });
    });
  }
});

describe('hostile documents end in a PolicySyntaxError', () => {
  const around = (value: string) => `{"Version":"2012-10-17","Id":${value},"Statement":[]}`;
  const hostile: Readonly<Record<string, string>> = {
    'lists nested 100,000 deep': around('['.repeat(100_000)),
    'closed lists nested 100,000 deep': around('['.repeat(100_000) + ']'.repeat(100_000)),
    'objects nested 100,000 deep': around('{"a":'.repeat(100_000)),
    'an unclosed string of 1 MB': around(`"${'a'.repeat(1_000_000)}`),
    'an unclosed string of 500,000 escapes': around(`"${'\\n'.repeat(500_000)}`),
    '1 MB of blanks': ' '.repeat(1_000_000),
    'a number of 1 MB': around('1'.repeat(1_000_000)),
    'a lone surrogate escape cut off': around('"\\ud8'),
    '100,000 dollars in a resource': JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: '*', Resource: '${'.repeat(100_000) },
    }),
  };
  for (const [name, text] of Object.entries(hostile)) {
    it(name, () => assert.throws(() => parsePolicy(text, 'identity'), PolicySyntaxError));
  }
});

it('keeps elements as written and turns single values into lists', () => {
  const policy = parsePolicy(
    JSON.stringify({
      Id: 'x',
      Statement: {
        Sid: 'A',
        Effect: 'Deny',
        NotPrincipal: { AWS: '111122223333' },
        NotAction: 'kms:Encrypt',
        Resource: '*',
        Condition: { NumericLessThan: { 'a:B': 5 }, Bool: { c: [true, 'false'] } },
      },
    }),
    'resource',
  );
  assert.deepEqual(policy, {
    kind: 'resource',
    version: '2008-10-17',
    id: 'x',
    statements: [
      {
        sid: 'A',
        effect: 'Deny',
        notPrincipal: [{ type: 'AWS', id: '111122223333' }],
        notAction: ['kms:Encrypt'],
        resource: ['*'],
        conditions: [
          { operator: 'NumericLessThan', key: 'a:B', values: ['5'] },
          { operator: 'Bool', key: 'c', values: ['true', 'false'] },
        ],
      },
    ],
  });
});
