import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as sdk from '@aws-sdk/client-secrets-manager';
import { testServer } from '../../testing/server.ts';

const tokenOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const [first, second, none] = [tokenOf(1), tokenOf(2), tokenOf(9)];
const functionArn = 'arn:aws:lambda:us-east-1:111122223333:function:none';
const marked = "You can't perform this operation on the secret because it was marked for deletion.";
const notFound = "Secrets Manager can't find the specified secret.";
const window = 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).';
const duration = 'The duration of the rotation window must not reach into the next window or the next UTC day.';
const oneRule = 'You must specify either AutomaticallyAfterDays or ScheduleExpression in RotationRules, and not both.';
const badName =
  'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!';
const either = "Either 'SecretIdList' or 'Filters' must be provided, but not both.";
const tooOften = 'The schedule expression rotates more often than every 4 hours.';

const constraint = (value: string, at: string, told: string): string =>
  `1 validation error detected: Value${value} at '${at}' failed to satisfy constraint: Member must ${told}`;

type Row = readonly [operation: string, input: object, code: string, message: string | RegExp];

const get = (more: object, code: string, message: string): Row => [
  'GetSecretValue',
  { SecretId: 'there', ...more },
  code,
  message,
];
const create = (more: object, code: string, message: string): Row => [
  'CreateSecret',
  { Name: 'new', ...more },
  code,
  message,
];
const scheduled = (RotationRules: object, message: string, code = 'InvalidParameterException'): Row => [
  'RotateSecret',
  { SecretId: 'there', RotationLambdaARN: functionArn, RotationRules },
  code,
  message,
];
const expression = (ScheduleExpression: string, message: string, Duration?: string): Row =>
  scheduled({ ScheduleExpression, Duration }, message);
const move = (more: object, code: string, message: string): Row => [
  'UpdateSecretVersionStage',
  { SecretId: 'there', VersionStage: 'AWSCURRENT', ...more },
  code,
  message,
];
const policy = (written: object | string, code: string, message: string, more: object = {}): Row => [
  'PutResourcePolicy',
  { SecretId: 'there', ResourcePolicy: typeof written === 'string' ? written : JSON.stringify(written), ...more },
  code,
  message,
];
const letting = (Principal: unknown) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal, Action: 'secretsmanager:GetSecretValue', Resource: '*' }],
});

/**
 * There are the secrets `there`, whose second version is current, `gone`, which is to be deleted, `empty` and `replicated`.
 */
const rows: Readonly<Record<string, readonly Row[]>> = {
  names: [
    get({ SecretId: 'absent' }, 'ResourceNotFoundException', notFound),
    get({ SecretId: 'gone' }, 'InvalidRequestException', marked),
    get(
      { SecretId: '' },
      'ValidationException',
      constraint(" ''", 'secretId', 'have length greater than or equal to 1'),
    ),
    create({ Name: 'a b' }, 'InvalidParameterException', badName),
    create({ Name: 'a:b' }, 'InvalidParameterException', badName),
    create(
      { Name: 'there' },
      'ResourceExistsException',
      'The operation failed because the secret there already exists.',
    ),
    create(
      { Name: 'gone' },
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    ),
    create({ Name: '' }, 'ValidationException', constraint(" ''", 'name', 'have length greater than or equal to 1')),
    ['RestoreSecret', { SecretId: 'absent' }, 'ResourceNotFoundException', notFound],
  ],
  values: [
    create(
      { SecretString: 'a', SecretBinary: Buffer.from('a') },
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    ),
    create(
      { SecretString: 'x'.repeat(65_537) },
      'ValidationException',
      constraint('', 'secretString', 'have length less than or equal to 65536'),
    ),
    [
      'PutSecretValue',
      { SecretId: 'there' },
      'InvalidParameterException',
      'You must provide either SecretString or SecretBinary.',
    ],
    ...['PutSecretValue', 'UpdateSecret'].map(
      (operation): Row => [
        operation,
        { SecretId: 'there', SecretString: 'other', ClientRequestToken: first },
        'ResourceExistsException',
        new RegExp(
          `^You can't use ClientRequestToken ${first} because that value is already in use for a version of secret arn:aws:secretsmanager:us-east-1:111122223333:secret:there-[A-Za-z0-9]{6}\\.$`,
        ),
      ],
    ),
  ],
  'versions and labels': [
    get(
      { VersionStage: 'NONE' },
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret value for staging label: NONE",
    ),
    get(
      { SecretId: 'empty' },
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    ),
    get(
      { VersionId: none },
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for VersionId: ${none}`,
    ),
    get(
      { VersionId: first, VersionStage: 'AWSCURRENT' },
      'InvalidRequestException',
      'You provided a VersionStage that is not associated to the provided VersionId.',
    ),
    move(
      { MoveToVersionId: first },
      'InvalidParameterException',
      `The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version ${second}, so you must explicitly reference that version in RemoveFromVersionId.`,
    ),
    move(
      { MoveToVersionId: second, RemoveFromVersionId: first },
      'InvalidParameterException',
      `The staging label AWSCURRENT isn't attached to version ${first}.`,
    ),
    move(
      { RemoveFromVersionId: second },
      'InvalidParameterException',
      "You can't remove the staging label AWSCURRENT: move it to another version with MoveToVersionId.",
    ),
    move({}, 'InvalidParameterException', 'You must specify MoveToVersionId, RemoveFromVersionId, or both.'),
    move(
      { MoveToVersionId: none },
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret version.",
    ),
  ],
  deletion: [
    ...[6, 31].map(
      (RecoveryWindowInDays): Row => [
        'DeleteSecret',
        { SecretId: 'there', RecoveryWindowInDays },
        'InvalidParameterException',
        window,
      ],
    ),
    [
      'DeleteSecret',
      { SecretId: 'there', RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true },
      'InvalidParameterException',
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    ],
    [
      'DeleteSecret',
      { SecretId: 'replicated' },
      'InvalidParameterException',
      "You can't delete secret replicated that still has replica regions [eu-west-1]",
    ],
    ['DeleteSecret', { SecretId: 'gone' }, 'InvalidRequestException', marked],
  ],
  regions: ['mars-1', 'eu-wst-1'].flatMap((Region): Row[] => {
    const more = { AddReplicaRegions: [{ Region }] };
    const told = `Invalid replica region: there is no Region ${Region}.`;
    return [
      ['ReplicateSecretToRegions', { SecretId: 'there', ...more }, 'InvalidParameterException', told],
      ['CreateSecret', { Name: 'new', SecretString: 'x', ...more }, 'InvalidParameterException', told],
    ];
  }),
  schedules: [
    scheduled({}, oneRule),
    scheduled({ AutomaticallyAfterDays: 1, ScheduleExpression: 'rate(1 day)' }, oneRule),
    scheduled(
      { AutomaticallyAfterDays: 1001 },
      constraint(" '1001'", 'rotationRules.automaticallyAfterDays', 'have value less than or equal to 1000'),
      'ValidationException',
    ),
    ...[
      'every day',
      'rate(1000 days)',
      'rate(-1 days)',
      'rate(5 weeks)',
      'cron(0/5 * * * ? *)',
      'cron(0 1 * * * *)',
    ].map((text) => expression(text, `The schedule expression is not valid: ${text}`)),
    expression('rate(1 hour)', tooOften),
    expression('rate(0 days)', tooOften),
    expression('cron(0 0/2 * * ? *)', tooOften),
    expression('rate(5 days)', duration, '25h'),
    expression('rate(4 hours)', duration, '5h'),
    expression('cron(0 22 * * ? *)', duration, '3h'),
    [
      'RotateSecret',
      { SecretId: 'there' },
      'InvalidRequestException',
      'No Lambda rotation function ARN is associated with this secret.',
    ],
    [
      'RotateSecret',
      { SecretId: 'there', RotationLambdaARN: functionArn },
      'ResourceNotFoundException',
      'Lambda does not exist or could not be accessed',
    ],
    ['RotateSecret', { SecretId: 'gone', RotationLambdaARN: functionArn }, 'InvalidRequestException', marked],
  ],
  policies: [
    policy('no JSON', 'MalformedPolicyDocumentException', 'Syntax errors in policy.'),
    policy(
      letting({ AWS: 'arn:aws:iam::111122223333:user/absent' }),
      'MalformedPolicyDocumentException',
      'This resource policy contains an unsupported principal.',
    ),
    policy(
      letting('*'),
      'PublicPolicyException',
      'You cannot attach a resource policy that allows broad access to the secret.',
      { BlockPublicPolicy: true },
    ),
  ],
  lists: [
    ['BatchGetSecretValue', {}, 'InvalidParameterException', either],
    [
      'BatchGetSecretValue',
      { SecretIdList: ['there'], Filters: [{ Key: 'name', Values: ['there'] }] },
      'InvalidParameterException',
      either,
    ],
    ['ListSecrets', { NextToken: 'x' }, 'InvalidNextTokenException', 'The specified token is not valid.'],
    [
      'ListSecrets',
      { Filters: [{ Key: 'owner', Values: ['x'] }] },
      'ValidationException',
      /^1 validation error detected: Value 'owner' at 'filters\.1\.member\.key' failed to satisfy constraint: Member must satisfy enum value set: \[.*\]$/,
    ],
    [
      'ListSecrets',
      { MaxResults: 101 },
      'ValidationException',
      constraint(" '101'", 'maxResults', 'have value less than or equal to 100'),
    ],
  ],
};

describe('Secrets Manager refuses, in these words,', async () => {
  const server = await testServer();
  const client = server.client(sdk.SecretsManagerClient);
  const send = (operation: string, input: object): Promise<object> => {
    // biome-ignore lint/suspicious/noExplicitAny: commands by name, with input that is wrong on purpose
    const Command = (sdk as any)[`${operation}Command`];
    return client.send(new Command(input));
  };
  const SecretString = 'value';
  await send('CreateSecret', { Name: 'there', SecretString, ClientRequestToken: first });
  await send('PutSecretValue', { SecretId: 'there', SecretString, ClientRequestToken: second });
  await send('CreateSecret', { Name: 'gone', SecretString });
  await send('DeleteSecret', { SecretId: 'gone' });
  await send('CreateSecret', { Name: 'empty' });
  await send('CreateSecret', { Name: 'replicated', SecretString, AddReplicaRegions: [{ Region: 'eu-west-1' }] });
  for (const [kind, refusals] of Object.entries(rows)) {
    for (const [operation, input, name, message] of refusals) {
      const shown = JSON.stringify(input).replace(/(.)\1{30,}/g, '$1…');
      it(`${kind}: ${operation} ${shown}`, async () => {
        await assert.rejects(send(operation, input), { name, message });
      });
    }
  }
});
