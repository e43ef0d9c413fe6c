import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as sdk from '@aws-sdk/client-ssm';
import { testServer } from '../../testing/server.ts';

const pathRule =
  'If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_';
const onlySome = `Parameter name: can't be prefixed with "ssm" (case-insensitive). ${pathRule}`;
const pathText =
  'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.';
const tierDocs =
  'https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html';
const notJson = 'The policies must be a JSON array of policies.';
const notInstant = 'Timestamp must be an ISO 8601 instant such as 2020-12-02T21:34:33.000Z.';
const names = (count: number, form: string): string[] => Array.from({ length: count }, (_, n) => `${form}${n}`);

const constraint = (value: string, at: string, told: string): string =>
  `1 validation error detected: Value '${value}' at '${at}' failed to satisfy constraint: Member must ${told}`;

type Row = readonly [operation: string, input: object, code: string, message: string];

const put = (more: object, code: string, message: string): Row => [
  'PutParameter',
  { Name: '/new/name', Value: 'x', Type: 'String', ...more },
  code,
  message,
];
const policies = (written: unknown, code: string, message: string): Row =>
  put({ Tier: 'Advanced', Policies: typeof written === 'string' ? written : JSON.stringify(written) }, code, message);
const named = (Name: string, message: string, code = 'ValidationException'): Row => put({ Name }, code, message);
const described = (ParameterFilters: readonly object[], code: string, message: string): Row => [
  'DescribeParameters',
  { ParameterFilters },
  code,
  message,
];

const expiration = (Timestamp: string) => ({ Type: 'Expiration', Version: '1.0', Attributes: { Timestamp } });
const notice = (Type: string, Attributes: object) => ({ Type, Version: '1.0', Attributes });

/** There are `/there` with the label `live`, and `/advanced` of that tier. */
const rows: Readonly<Record<string, readonly Row[]>> = {
  names: [
    named('aws1', 'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).'),
    named('SSM-1', 'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).'),
    named('/Aws', 'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).'),
    named('/ssm/x', onlySome),
    named('/aws/x', 'No access to reserved parameter name: /aws/x.', 'AccessDeniedException'),
    named('a/b', 'Parameter name must be a fully qualified name.'),
    ...['a b', '/a//b', '/a/', '/a/é', '/', '/a/b$'].map((name) => named(name, onlySome)),
    named('x'.repeat(1100), 'Parameter name: the ARN of a parameter has at most 1011 characters.'),
    named(
      `/${'a/'.repeat(15)}b`,
      `Hierarchy level limit of 15 exceeded. The parameter /${'a/'.repeat(15)}b has 16 levels.`,
      'HierarchyLevelLimitExceededException',
    ),
    named('/there:1', onlySome),
    named('arn:aws:ssm:us-east-1:111122223333:parameter/there', 'Parameter name must be a fully qualified name.'),
    ...['DeleteParameter', 'LabelParameterVersion', 'UnlabelParameterVersion'].flatMap((operation) =>
      ['/there:1', '/there:live', 'arn:aws:ssm:us-east-1:111122223333:parameter/there'].map(
        (Name): Row => [
          operation,
          { Name, ...(operation !== 'DeleteParameter' && { ParameterVersion: 1, Labels: ['live'] }) },
          'ParameterNotFound',
          `Parameter ${Name} not found.`,
        ],
      ),
    ),
    ['GetParameterHistory', { Name: '/there:1' }, 'ParameterNotFound', 'Parameter /there:1 not found.'],
    ...['AddTagsToResource', 'ListTagsForResource'].map(
      (operation): Row => [
        operation,
        { ResourceType: 'Parameter', ResourceId: '/there:1', Tags: [{ Key: 'a', Value: 'b' }] },
        'InvalidResourceId',
        'The resource ID is not valid. Verify that you entered the correct ID and try again.',
      ],
    ),
    named('', constraint('', 'name', 'have length greater than or equal to 1')),
    ['GetParameter', { Name: '{there}' }, 'ValidationException', onlySome],
    ['GetParameter', { Name: '/none' }, 'ParameterNotFound', 'Parameter /none not found.'],
    ['DeleteParameter', { Name: '/none' }, 'ParameterNotFound', 'Parameter /none not found.'],
    ['GetParameterHistory', { Name: '/none' }, 'ParameterNotFound', 'Parameter /none not found.'],
    [
      'GetParameter',
      { Name: 'arn:aws:ssm:eu-west-1:111122223333:parameter/there' },
      'ValidationException',
      'Parameter ARN is not valid: arn:aws:ssm:eu-west-1:111122223333:parameter/there',
    ],
    [
      'GetParameters',
      { Names: names(11, '/p') },
      'ValidationException',
      constraint(`[${names(11, '/p').join(', ')}]`, 'names', 'have length less than or equal to 10'),
    ],
    ['GetParameters', { Names: ['/a', '/a'] }, 'ValidationException', 'Duplicate names are not allowed.'],
  ],
  paths: [
    ...['a', '//a', '/a b', '/a/b//', ''].map(
      (Path): Row =>
        Path === ''
          ? [
              'GetParametersByPath',
              { Path },
              'ValidationException',
              constraint('', 'path', 'have length greater than or equal to 1'),
            ]
          : ['GetParametersByPath', { Path }, 'ValidationException', pathText],
    ),
    described([{ Key: 'Path', Values: ['a'] }], 'ValidationException', pathText),
    [
      'GetParametersByPath',
      { Path: '/a', MaxResults: 11 },
      'ValidationException',
      constraint('11', 'maxResults', 'have value less than or equal to 10'),
    ],
    ['GetParametersByPath', { Path: '/a', NextToken: 'x' }, 'InvalidNextToken', 'The specified token is not valid.'],
  ],
  values: [
    put({ Value: '' }, 'ValidationException', `${constraint('', 'value', 'have length greater than or equal to 1')}.`),
    put(
      { Value: 'x'.repeat(4097) },
      'ValidationException',
      `Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see ${tierDocs}`,
    ),
    put(
      { Value: 'x'.repeat(8193), Tier: 'Advanced' },
      'ValidationException',
      `Advanced tier parameters support a maximum parameter value of 8192 characters. For more information, see ${tierDocs}`,
    ),
    ...['{{ssm:/there}}', 'a {{x}} b', '{{}}'].map((Value) =>
      put(
        { Value },
        'ValidationException',
        `Parameter value can't nest another parameter. Do not use "{{}}" in the value.`,
      ),
    ),
    put({ Type: undefined }, 'ValidationException', 'A parameter type is required when you create a parameter.'),
    put(
      { Name: '/there' },
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    ),
    put(
      { Name: '/there', Overwrite: true, Tags: [{ Key: 'a', Value: 'b' }] },
      'ValidationException',
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    ),
    put(
      { Name: '/there', Overwrite: true, Type: 'SecureString' },
      'HierarchyTypeMismatchException',
      "Parameter Store doesn't support changing a parameter type in a hierarchy. For example, you can't change a parameter from a String type to a SecureString type. You must create a new, unique parameter.",
    ),
    put(
      { Name: '/advanced', Overwrite: true, Tier: 'Standard' },
      'ValidationException',
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.",
    ),
    put(
      { AllowedPattern: '^\\d+$' },
      'ParameterPatternMismatchException',
      'Parameter value, cannot be validated against allowedPattern: ^\\d+$',
    ),
    put(
      { AllowedPattern: '(' },
      'InvalidAllowedPatternException',
      'The request does not meet the regular expression requirement: (',
    ),
    put(
      { DataType: 'Text' },
      'ValidationException',
      'The following data type is not supported: Text (Data type names are all lowercase.)',
    ),
    put(
      { Type: 'SecureString', KeyId: 'alias/none' },
      'InvalidKeyId',
      'Alias arn:aws:kms:us-east-1:111122223333:alias/none is not found. (Service: AWSKMS; Error Code: NotFoundException)',
    ),
    [
      'GetParameter',
      { Name: '/aws/reference/secretsmanager/x' },
      'ValidationException',
      'WithDecryption flag must be True for retrieving a Secret Manager secret.',
    ],
  ],
  policies: [
    policies('no JSON', 'InvalidPolicyAttributeException', notJson),
    policies({ a: 1 }, 'InvalidPolicyAttributeException', notJson),
    policies([1], 'InvalidPolicyAttributeException', notJson),
    policies(
      [{ Type: 'Sleep', Version: '1.0' }],
      'InvalidPolicyTypeException',
      "The policy type isn't supported: Sleep. Parameter Store supports the following policy types: Expiration, ExpirationNotification, and NoChangeNotification.",
    ),
    policies(
      [{ Type: 'Expiration', Version: '2.0' }],
      'InvalidPolicyAttributeException',
      "The policy version 2.0 isn't supported; it is 1.0.",
    ),
    policies([{ Type: 'Expiration', Version: '1.0' }], 'InvalidPolicyAttributeException', notInstant),
    policies([expiration('tomorrow')], 'InvalidPolicyAttributeException', notInstant),
    policies([expiration('2099-12-02T21:34:33')], 'InvalidPolicyAttributeException', notInstant),
    ...['1.5', '1e300', '0x10', '99999999999999999999', '0', true, ['5']].flatMap((count) => [
      policies(
        [notice('NoChangeNotification', { After: count, Unit: 'Days' })],
        'InvalidPolicyAttributeException',
        'After must be a whole number up to 999999, in quotes.',
      ),
      policies(
        [expiration('2099-12-02T21:34:33.000Z'), notice('ExpirationNotification', { Before: count, Unit: 'Days' })],
        'InvalidPolicyAttributeException',
        'Before must be a whole number up to 999999, in quotes.',
      ),
    ]),
    policies(
      [expiration('2099-12-02T21:34:33.000Z'), notice('ExpirationNotification', { Before: '1', Unit: 'Weeks' })],
      'InvalidPolicyAttributeException',
      'Unit must be Days or Hours.',
    ),
    policies(
      [notice('ExpirationNotification', { Before: '1', Unit: 'Days' })],
      'IncompatiblePolicyException',
      'An ExpirationNotification policy needs an Expiration policy.',
    ),
    policies(
      [expiration('2099-12-02T21:34:33.000Z'), expiration('2099-12-03T21:34:33.000Z')],
      'IncompatiblePolicyException',
      "There is a conflict in the policies specified for this parameter. You can't, for example, specify two Expiration policies for a parameter. Review your policies, and try again.",
    ),
    policies(
      Array.from({ length: 11 }, (_, n) => notice('NoChangeNotification', { After: `${n + 1}`, Unit: 'Days' })),
      'PoliciesLimitExceededException',
      'You specified more than the maximum number of allowed policies for the parameter. The maximum is 10.',
    ),
    put(
      {
        Tier: 'Standard',
        Policies: JSON.stringify([notice('NoChangeNotification', { After: '1', Unit: 'Days' })]),
      },
      'ValidationException',
      'Parameter policies are only supported for parameters in the advanced-parameter tier.',
    ),
  ],
  labels: [
    [
      'LabelParameterVersion',
      { Name: '/there', Labels: names(10, 'l') },
      'ParameterVersionLabelLimitExceeded',
      'A parameter version can have maximum 10 labels.Move one or more labels to another version and try again.',
    ],
    [
      'LabelParameterVersion',
      { Name: '/there', Labels: ['x'.repeat(101)] },
      'ValidationException',
      constraint(
        `[${'x'.repeat(101)}]`,
        'labels',
        'satisfy constraint: [Member must have length less than or equal to 100, Member must have length greater than or equal to 1]',
      ),
    ],
    [
      'LabelParameterVersion',
      { Name: '/there', Labels: [] },
      'ValidationException',
      constraint('[]', 'labels', 'have length greater than or equal to 1'),
    ],
    ...['LabelParameterVersion', 'UnlabelParameterVersion'].map(
      (operation): Row => [
        operation,
        { Name: '/there', ParameterVersion: 7, Labels: ['a'] },
        'ParameterVersionNotFound',
        'Systems Manager could not find version 7 of /there. Verify the version and try again.',
      ],
    ),
  ],
  selectors: ['5', '0', 'absent', '1:2', 'LIVE'].map((selector) => [
    'GetParameter',
    { Name: `/there:${selector}` },
    'ParameterVersionNotFound',
    `Systems Manager could not find version ${selector} of /there. Verify the version and try again.`,
  ]),
  filters: [
    described(
      [{ Key: 'Label', Values: ['x'] }],
      'InvalidFilterKey',
      'The following filter key is not valid: Label. Valid filter keys include: [Path, Name, Type, KeyId, Tier].',
    ),
    described(
      [{ Key: 'Path', Option: 'Equals', Values: ['/x'] }],
      'InvalidFilterOption',
      'The following filter option is not valid: Equals. Valid options include: [Recursive, OneLevel].',
    ),
    described(
      [{ Key: 'Type', Option: 'Like', Values: ['x'] }],
      'InvalidFilterOption',
      'The following filter option is not valid: Like. Valid options include: [BeginsWith, Equals].',
    ),
    described(
      [{ Key: 'Name' }],
      'InvalidFilterValue',
      'The following filter values are missing : null for filter key Name',
    ),
    described(
      [
        { Key: 'Name', Values: ['a'] },
        { Key: 'Name', Values: ['b'] },
      ],
      'InvalidFilterKey',
      'The following filters are duplicated in the request. A request can contain only one occurrence of a specific filter.',
    ),
    [
      'DescribeParameters',
      { Filters: [{ Key: 'Name', Values: ['a'] }], ParameterFilters: [{ Key: 'Name', Values: ['b'] }] },
      'ValidationException',
      'You can use either Filters or ParameterFilters in a single request.',
    ],
    [
      'DescribeParameters',
      { MaxResults: 51 },
      'ValidationException',
      constraint('51', 'maxResults', 'have value less than or equal to 50'),
    ],
  ],
};

describe('Parameter Store refuses, in these words,', async () => {
  const server = await testServer();
  const client = server.client(sdk.SSMClient);
  const send = (operation: string, input: object): Promise<object> => {
    // biome-ignore lint/suspicious/noExplicitAny: commands by name, with input that is wrong on purpose
    const Command = (sdk as any)[`${operation}Command`];
    return client.send(new Command(input));
  };
  await send('PutParameter', { Name: '/there', Value: 'x', Type: 'String' });
  await send('LabelParameterVersion', { Name: '/there', Labels: ['live'] });
  await send('PutParameter', { Name: '/advanced', Value: 'x', Type: 'String', Tier: 'Advanced' });
  for (const [kind, refusals] of Object.entries(rows)) {
    for (const [operation, input, name, message] of refusals) {
      const shown = JSON.stringify(input).replace(/(.)\1{30,}/g, '$1…');
      it(`${kind}: ${operation} ${shown}`, async () => {
        await assert.rejects(send(operation, input), { name, message });
      });
    }
  }
});
