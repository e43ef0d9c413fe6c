import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectivePolicy, requireInheritable } from './effective-policy.ts';

const tagPolicy = (costcenter: object) => JSON.stringify({ tags: { costcenter } });
const key = { '@@assign': 'CostCenter' };
const effective = (...levels: readonly (readonly object[])[]) =>
  JSON.parse(effectivePolicy(levels.map((level) => level.map(tagPolicy)))).tags?.costcenter;

/** Root, OU and account, and what they come to. @see Organizations User Guide: "Inheritance examples" */
const cases: readonly [sentence: string, levels: readonly (readonly object[])[], expected: object | undefined][] = [
  ['shows a setting without its operator', [[{ tag_key: key }]], { tag_key: 'CostCenter' }],
  [
    'lets a lower assign replace a list',
    [[{ tag_value: { '@@assign': ['Dev', 'Support'] } }], [{ tag_value: { '@@assign': ['Sandbox'] } }]],
    { tag_value: ['Sandbox'] },
  ],
  [
    'adds what a lower policy appends, each value once',
    [[{ tag_value: { '@@assign': ['Dev'] } }], [{ tag_value: { '@@append': ['Dev', 'Ops'] } }]],
    { tag_value: ['Dev', 'Ops'] },
  ],
  [
    'takes away what a lower policy removes',
    [[{ tag_value: { '@@assign': ['Dev', 'Ops'] } }], [{ tag_value: { '@@remove': ['Ops'] } }]],
    { tag_value: ['Dev'] },
  ],
  [
    'joins what policies of one level append',
    [[], [{ tag_value: { '@@append': ['Dev'] } }, { tag_value: { '@@append': ['Ops'] } }]],
    { tag_value: ['Dev', 'Ops'] },
  ],
  [
    'keeps a setting that children may not touch',
    [
      [{ tag_key: { '@@operators_allowed_for_child_policies': ['@@none'], ...key } }],
      [{ tag_key: { '@@assign': 'Other' } }],
    ],
    { tag_key: 'CostCenter' },
  ],
  [
    'lets children use only the operators that they are allowed',
    [
      [{ tag_value: { '@@operators_allowed_for_child_policies': ['@@append'], '@@assign': ['Dev'] } }],
      [{ tag_value: { '@@assign': ['Ops'] } }, { tag_value: { '@@append': ['Lab'] } }],
    ],
    { tag_value: ['Dev', 'Lab'] },
  ],
  [
    'guards what is below a guarded place',
    [[{ '@@operators_allowed_for_child_policies': ['@@none'], tag_key: key }], [{ tag_key: { '@@assign': 'Other' } }]],
    { tag_key: 'CostCenter' },
  ],
  [
    'never lets a child allow more than its parent did',
    [
      [{ tag_value: { '@@operators_allowed_for_child_policies': ['@@append'], '@@assign': ['Dev'] } }],
      [{ tag_value: { '@@operators_allowed_for_child_policies': ['@@all'] } }],
      [{ tag_value: { '@@assign': ['Ops'] } }],
    ],
    { tag_value: ['Dev'] },
  ],
  [
    'leaves out what nothing is left of',
    [[{ tag_value: { '@@assign': ['Dev'] } }], [{ tag_value: { '@@remove': ['Dev'] } }]],
    undefined,
  ],
];

for (const [sentence, levels, expected] of cases) {
  test(`an effective policy ${sentence}`, () => assert.deepEqual(effective(...levels), expected));
}

const refusals: readonly [reason: string, content: string][] = [
  ['is no JSON', '{'],
  ['is no object', '[]'],
  ['begins with another member', '{"plans":{}}'],
  ['has a second member', '{"tags":{},"plans":{}}'],
  ['has a setting without an operator', '{"tags":{"a":{"tag_key":"A"}}}'],
  ['has an operator that there is not', '{"tags":{"a":{"tag_key":{"@@set":"A"}}}}'],
  ['appends what is no list', '{"tags":{"a":{"tag_value":{"@@append":"A"}}}}'],
  ['assigns an object', '{"tags":{"a":{"tag_value":{"@@assign":{"b":1}}}}}'],
  ['allows children an unknown operator', '{"tags":{"a":{"@@operators_allowed_for_child_policies":["@@set"]}}}'],
];

for (const [reason, content] of refusals) {
  test(`a tag policy is refused that ${reason}`, () =>
    assert.throws(() => requireInheritable(content, 'tags'), SyntaxError));
}
