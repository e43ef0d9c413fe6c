import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { account, region } from '../../spawned-server.ts';
import { type Check, deniedTo, refused, type Stage } from '../stage.ts';

/** A path that no other check uses. */
export const newPath = (): string => `/check-${randomUUID()}`;

/** Puts a parameter with the client under test; a String unless it says otherwise. */
export const put = (
  stage: Stage,
  Name: string,
  Value: string,
  more: object = {},
  as: Parameters<Stage['call']>[2] = {},
) => stage.call('ssm:PutParameter', { Name, Value, Type: 'String', ...more }, as);

/** Reads a parameter with the client under test. */
export const parameter = async (
  stage: Stage,
  Name: string,
  WithDecryption = false,
  as: Parameters<Stage['call']>[2] = {},
) => (await stage.call('ssm:GetParameter', { Name, WithDecryption }, as)).Parameter;

const arnOf = (name: string): string => `arn:aws:ssm:${region}:${account}:parameter${name}`;
const namesOf = (parameters: readonly { readonly Name: string }[]): string[] => parameters.map(({ Name }) => Name);

/** Parameters of the account: types, versions, hierarchies and tiers. */
export const parameterChecks: readonly Check[] = [
  {
    id: 'SSM-01',
    sentence: 'a SecureString is ciphertext until whoever may read and decrypt it asks for it under KMS',
    run: async (stage) => {
      const path = newPath();
      await put(stage, `${path}/text`, 'plain');
      await put(stage, `${path}/list`, 'a,b', { Type: 'StringList' });
      await put(stage, `${path}/secret`, 's3cret', { Type: 'SecureString' });
      const Names = ['list', 'secret', 'text'].map((name) => `${path}/${name}`);
      const read = async (WithDecryption: boolean) =>
        (await stage.call('ssm:GetParameters', { Names, WithDecryption })).Parameters.map(
          ({ Type, Value }: { Type: string; Value: string }) => [Type, Value],
        );
      const [list, [, ciphertext], text] = await read(false);
      assert.deepEqual(
        [list, text],
        [
          ['StringList', 'a,b'],
          ['String', 'plain'],
        ],
      );
      assert.match(ciphertext, /^[\w+/]{100,}=*$/);
      assert.deepEqual((await read(true))[1], ['SecureString', 's3cret']);
      assert.equal((await parameter(stage, Names[1]!)).Value, ciphertext);
      assert.equal((await parameter(stage, Names[1]!, true)).Value, 's3cret');
      const { encryptionContext } = (await stage.journal('Decrypt')).at(-1)!.requestParameters as {
        encryptionContext: object;
      };
      assert.deepEqual(encryptionContext, { PARAMETER_ARN: arnOf(Names[1]!) });
      const { Parameters } = await stage.call('ssm:GetParameterHistory', { Name: Names[1]! });
      assert.equal(Parameters[0].KeyId, 'alias/aws/ssm');
    },
  },
  {
    id: 'SSM-01',
    sentence:
      'it takes ssm:GetParameter and kms:Decrypt; who lacks the second is refused, and journalled as the service’s',
    run: async (stage) => {
      const name = `${newPath()}/secret`;
      const { KeyId, Arn } = await stage.key();
      await put(stage, name, 's3cret', { Type: 'SecureString', KeyId });
      const reader = await stage.user({ Action: 'ssm:GetParameter' });
      assert.notEqual((await parameter(stage, name, false, reader)).Value, 's3cret');
      await refused(
        parameter(stage, name, true, reader),
        'AccessDeniedException',
        `User: ${reader.arn} is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because no identity-based policy allows the kms:Decrypt action`,
      );
      const denied = (await stage.journal('Decrypt')).findLast(({ userIdentity }) => userIdentity.arn === reader.arn)!;
      assert.deepEqual(
        [denied.errorCode, denied.userIdentity.invokedBy, denied.sourceIPAddress],
        ['AccessDenied', 'ssm.amazonaws.com', 'ssm.amazonaws.com'],
      );
      const decrypter = await stage.user({ Action: 'kms:Decrypt' });
      await refused(parameter(stage, name, true, decrypter), 'AccessDeniedException', /ssm:GetParameter on resource/);
      const both = await stage.user({ Action: ['ssm:GetParameter', 'kms:Decrypt'] });
      assert.equal((await parameter(stage, name, true, both)).Value, 's3cret');
      await stage.arrange('DisableKey', { KeyId });
      await refused(parameter(stage, name, true, both), 'InvalidKeyId', new RegExp(`${Arn} is disabled`));
      assert.notEqual((await parameter(stage, name, false, both)).Value, 's3cret');
    },
  },
  {
    id: 'SSM-02',
    sentence: 'each overwrite is a version, read by number and by label, with what was before in the history',
    run: async (stage) => {
      const name = `${newPath()}/v`;
      await put(stage, name, 'a');
      await refused(
        put(stage, name, 'b'),
        'ParameterAlreadyExists',
        /set the overwrite option in the request to true\.$/,
      );
      assert.equal((await put(stage, name, 'b', { Overwrite: true })).Version, 2);
      assert.equal((await put(stage, name, 'c', { Overwrite: true })).Version, 3);
      const wrong = ['1bad', 'aws-x', 'SSMx', 'a b', 'x'.repeat(101)];
      const labelled = { Name: name, ParameterVersion: 1, Labels: ['live', ...wrong.slice(0, 4)] };
      const { InvalidLabels } = await stage.call('ssm:LabelParameterVersion', labelled);
      assert.deepEqual([...InvalidLabels].sort(), wrong.slice(0, 4).sort());
      const third = await parameter(stage, `${name}:3`);
      assert.deepEqual([third.Value, third.Selector], ['c', ':3']);
      assert.equal((await parameter(stage, `${name}:live`)).Value, 'a');
      // A label is on one version: it moves.
      await stage.call('ssm:LabelParameterVersion', { Name: name, Labels: ['live'] });
      assert.equal((await parameter(stage, `${name}:live`)).Value, 'c');
      const { Parameters } = await stage.call('ssm:GetParameterHistory', { Name: name });
      assert.deepEqual(
        Parameters.map(({ Version, Value, Labels = [] }: HistoryLine) => [Version, Value, Labels]),
        [
          [1, 'a', []],
          [2, 'b', []],
          [3, 'c', ['live']],
        ],
      );
      const missing = `Systems Manager could not find version 9 of ${name}. Verify the version and try again.`;
      await refused(parameter(stage, `${name}:9`), 'ParameterVersionNotFound', missing);
    },
  },
  {
    id: 'SSM-02',
    sentence: 'of more than 100 versions the oldest goes, unless it has a label',
    run: async (stage) => {
      const name = `${newPath()}/v`;
      await put(stage, name, 'v1');
      for (let n = 2; n <= 100; n++)
        await stage.arrange('ssm:PutParameter', { Name: name, Value: `v${n}`, Overwrite: true });
      assert.equal((await put(stage, name, 'v101', { Overwrite: true })).Version, 101);
      await refused(parameter(stage, `${name}:1`), 'ParameterVersionNotFound');
      await stage.call('ssm:LabelParameterVersion', { Name: name, ParameterVersion: 2, Labels: ['kept'] });
      await refused(
        put(stage, name, 'v102', { Overwrite: true }),
        'ParameterMaxVersionLimitExceeded',
        `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version 2, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.`,
      );
      await stage.call('ssm:UnlabelParameterVersion', { Name: name, ParameterVersion: 2, Labels: ['kept'] });
      assert.equal((await put(stage, name, 'v102', { Overwrite: true })).Version, 102);
    },
  },
  {
    id: 'SSM-03',
    sentence: 'a path of 15 levels is listed one level or all of them; 16 are too many',
    run: async (stage) => {
      const Path = newPath();
      const deep = `${Path}/b${'/x'.repeat(13)}`;
      await put(stage, `${Path}/a`, '1');
      await put(stage, deep, '2');
      const names = async (more: object) =>
        namesOf((await stage.call('ssm:GetParametersByPath', { Path, ...more })).Parameters);
      assert.deepEqual(await names({}), [`${Path}/a`]);
      assert.deepEqual(await names({ Recursive: true }), [`${Path}/a`, deep]);
      await refused(put(stage, `${deep}/y`, 'x'), 'HierarchyLevelLimitExceededException');
    },
  },
  {
    id: 'SSM-03',
    sentence: 'a policy on a path decides who reads below it; who may list a path sees what lies deeper, denied or not',
    run: async (stage) => {
      const path = newPath();
      await put(stage, `${path}/dev/a`, '1');
      await put(stage, `${path}/prod/b`, '2');
      const developer = await stage.user({
        Action: ['ssm:GetParameter', 'ssm:GetParametersByPath'],
        Resource: arnOf(`${path}/dev/*`),
      });
      assert.equal((await parameter(stage, `${path}/dev/a`, false, developer)).Value, '1');
      const because = 'no identity-based policy allows the ssm:GetParameter action';
      await refused(
        parameter(stage, `${path}/prod/b`, false, developer),
        'AccessDeniedException',
        deniedTo(developer, 'ssm:GetParameter', arnOf(`${path}/prod/b`), because),
      );
      const reader = await stage.user(
        { Action: 'ssm:GetParametersByPath', Resource: arnOf(path) },
        { Effect: 'Deny', Action: 'ssm:*', Resource: arnOf(`${path}/prod*`) },
      );
      const { Parameters } = await stage.call('ssm:GetParametersByPath', { Path: path, Recursive: true }, reader);
      assert.deepEqual(namesOf(Parameters), [`${path}/dev/a`, `${path}/prod/b`]);
      const denied = stage.call('ssm:GetParametersByPath', { Path: `${path}/prod` }, reader);
      await refused(denied, 'AccessDeniedException', /explicit deny/);
    },
  },
  {
    id: 'SSM-04',
    sentence: 'the standard tier takes 4096 characters, the advanced one 8192, and an advanced parameter stays one',
    run: async (stage) => {
      const name = `${newPath()}/t`;
      await put(stage, `${name}0`, 'x'.repeat(4096));
      await refused(put(stage, name, 'x'.repeat(4097)), 'ValidationException', tooLongForStandard);
      assert.equal((await put(stage, name, 'x'.repeat(8192), { Tier: 'Advanced' })).Tier, 'Advanced');
      const longer = put(stage, name, 'x'.repeat(8193), { Tier: 'Advanced', Overwrite: true });
      await refused(
        longer,
        'ValidationException',
        /^Advanced tier parameters support a maximum parameter value of 8192/,
      );
      const down = put(stage, name, 'x', { Tier: 'Standard', Overwrite: true });
      await refused(down, 'ValidationException', /can't downgrade a parameter from the advanced-parameter tier/);
      const Policies = '[{"Type":"NoChangeNotification","Version":"1.0","Attributes":{"After":"20","Unit":"Days"}}]';
      await refused(
        put(stage, `${name}0`, 'x', { Policies, Tier: 'Standard', Overwrite: true }),
        'ValidationException',
      );
    },
  },
  {
    id: 'SSM-04',
    sentence: 'an account has 10,000 standard parameters and 100,000 advanced ones, or what its quotas say',
    run: async (stage) => {
      const { Quotas } = await stage.call('service-quotas:ListServiceQuotas', { ServiceCode: 'ssm' });
      const there = { region: freshRegion() };
      for (const [Tier, usual] of [
        ['Standard', 10_000],
        ['Advanced', 100_000],
      ] as const) {
        const quota = Quotas.find(({ QuotaName }: { QuotaName: string }) => QuotaName.startsWith(`${Tier} parameters`));
        assert.equal(quota.Value, usual);
        await stage.seed({ quotas: [{ ...there, service: 'ssm', code: quota.QuotaCode, value: 1 }] });
        await put(stage, `${Tier}1`, 'x', { Tier }, there);
        await refused(put(stage, `${Tier}2`, 'x', { Tier }, there), 'ParameterLimitExceeded');
      }
      // Intelligent-Tiering has a standard parameter where one may be had.
      await stage.call('ssm:DeleteParameter', { Name: 'Standard1' }, there);
      const Tier = 'Intelligent-Tiering';
      assert.equal((await put(stage, 'first', 'x', { Tier }, there)).Tier, 'Standard');
      await stage.call('ssm:DeleteParameter', { Name: 'Advanced1' }, there);
      assert.equal((await put(stage, 'second', 'x', { Tier }, there)).Tier, 'Advanced');
    },
  },
];

interface HistoryLine {
  readonly Version: number;
  readonly Value: string;
  readonly Labels?: readonly string[];
}

const tooLongForStandard =
  'Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html';

const regions = ['eu-south-1', 'ap-south-1', 'ap-east-1', 'af-south-1'];

/** A Region in which nothing was done yet. */
const freshRegion = (): string => regions.pop()!;
