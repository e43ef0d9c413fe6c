import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { account, region } from '../../spawned-server.ts';
import { billOf, hoursOfMonth, toTheMiddleOfAMonth } from '../bill.ts';
import { type Check, refused, type Stage } from '../stage.ts';
import { newPath, parameter, put } from './parameters.ts';

const dayMs = 86_400_000;
const image = '/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-x86_64-gp2';

interface Policy {
  readonly Type: string;
  readonly Version: string;
  readonly Attributes: Readonly<Record<string, string>>;
}

const expirationAt = (ms: number): Policy => ({
  Type: 'Expiration',
  Version: '1.0',
  Attributes: { Timestamp: new Date(ms).toISOString() },
});
const reminder = (Before: number, Unit = 'Days'): Policy => ({
  Type: 'ExpirationNotification',
  Version: '1.0',
  Attributes: { Before: `${Before}`, Unit },
});
const unchanged = (After: number): Policy => ({
  Type: 'NoChangeNotification',
  Version: '1.0',
  Attributes: { After: `${After}`, Unit: 'Days' },
});

/** What the event bus was told about a parameter, as `detail-type: what`. */
const toldOf = async (stage: Stage, name: string): Promise<readonly string[]> =>
  (await stage.events())
    .filter(({ detail }) => (detail.name ?? detail['parameter-name']) === name)
    .map(({ 'detail-type': type, detail }) => `${type}: ${detail.operation ?? detail['policy-type']}`);

/** What Parameter Store does beside keeping values: policies, events, references, public parameters. */
export const parameterUseChecks: readonly Check[] = [
  {
    id: 'SSM-05',
    sentence: 'policies act when it is time: notifications are published, and an expired parameter is gone',
    run: async (stage) => {
      const name = `${newPath()}/p`;
      const now = await stage.now();
      const policies = [expirationAt(now + 30 * dayMs), reminder(15), reminder(26, 'Hours'), unchanged(20)];
      await put(stage, name, 'x', { Tier: 'Advanced', Policies: JSON.stringify(policies) });
      const statuses = async () => {
        const ParameterFilters = [{ Key: 'Name', Values: [name] }];
        const { Parameters } = await stage.call('ssm:DescribeParameters', { ParameterFilters });
        return Parameters[0].Policies.map(({ PolicyStatus }: { PolicyStatus: string }) => PolicyStatus);
      };
      assert.deepEqual(await statuses(), ['Pending', 'Pending', 'Pending', 'Pending']);
      await stage.advance(16);
      assert.deepEqual(await statuses(), ['Pending', 'Finished', 'Pending', 'Pending']);
      await stage.advance(13);
      assert.deepEqual(await statuses(), ['Pending', 'Finished', 'Finished', 'Finished']);
      assert.equal((await parameter(stage, name)).Value, 'x');
      const soon = (await stage.events()).findLast(({ detail }) => detail['parameter-name'] === name)!;
      assert.deepEqual([soon.source, soon['detail-type']], ['aws.ssm', 'Parameter Store Policy Action']);
      const { 'action-reason': reason, 'policy-content': content, ...detail } = soon.detail;
      assert.deepEqual(detail, {
        ...{ 'parameter-name': name, 'parameter-type': 'String' },
        ...{ 'policy-type': 'ExpirationNotification', 'action-status': 'success' },
      });
      assert.deepEqual(JSON.parse(content!), reminder(26, 'Hours'));
      assert.ok(reason);
      await stage.advance(2);
      await refused(parameter(stage, name), 'ParameterNotFound');
      const told = await toldOf(stage, name);
      for (const what of ['Parameter Store Policy Action: Expiration', 'Parameter Store Change: Delete'])
        assert.ok(told.includes(what), `${told}`);
    },
  },
  {
    id: 'SSM-05',
    sentence:
      'ten policies are as many as there may be; those that contradict each other, or are not known, are refused',
    run: async (stage) => {
      const expiration = expirationAt((await stage.now()) + 90 * dayMs);
      const withPolicies = (...policies: readonly object[]) =>
        put(stage, `${newPath()}/p`, 'x', { Tier: 'Advanced', Policies: JSON.stringify(policies) });
      const reminders = (count: number) => Array.from({ length: count }, (_, n) => reminder(n + 1));
      await withPolicies(expiration, ...reminders(9));
      await refused(withPolicies(expiration, ...reminders(10)), 'PoliciesLimitExceededException');
      await refused(withPolicies(expiration, expiration), 'IncompatiblePolicyException');
      await refused(withPolicies({ ...expiration, Type: 'Other' }), 'InvalidPolicyTypeException');
    },
  },
  {
    id: 'SSM-06',
    sentence: 'the event bus is told of each parameter that is created, changed, labelled and deleted',
    run: async (stage) => {
      const name = `${newPath()}/e`;
      await put(stage, name, 'a', { Description: 'described' });
      await put(stage, name, 'b', { Overwrite: true });
      await stage.call('ssm:LabelParameterVersion', { Name: name, Labels: ['live'] });
      await stage.call('ssm:DeleteParameter', { Name: name });
      const events = (await stage.events()).filter(({ detail }) => detail.name === name);
      const described = { name, type: 'String', description: 'described' };
      assert.deepEqual(
        events.map(({ detail }) => detail),
        ['Create', 'Update', 'LabelParameterVersion', 'Delete'].map((operation) => ({ ...described, operation })),
      );
      for (const event of events) {
        assert.deepEqual(
          [event.source, event['detail-type'], event.account, event.region, event.resources],
          ['aws.ssm', 'Parameter Store Change', account, region, [`arn:aws:ssm:${region}:${account}:parameter${name}`]],
        );
      }
    },
  },
  {
    id: 'SSM-08',
    sentence: 'a secret is read by reference, by version and label too, with decryption and permission for the secret',
    run: async (stage) => {
      const Name = `app/${randomUUID()}`;
      const first = await stage.arrange('secretsmanager:CreateSecret', { Name, SecretString: 'first' });
      await stage.arrange('secretsmanager:PutSecretValue', { SecretId: Name, SecretString: 'second' });
      const reference = `/aws/reference/secretsmanager/${Name}`;
      const { Value, SourceResult, Type, Version } = await parameter(stage, reference, true);
      assert.deepEqual([Value, Type, Version], ['second', 'SecureString', 0]);
      const { ARN, SecretString } = JSON.parse(SourceResult);
      assert.deepEqual([ARN, SecretString], [first.ARN, 'second']);
      for (const selector of [first.VersionId, 'AWSPREVIOUS'])
        assert.equal((await parameter(stage, `${reference}:${selector}`, true)).Value, 'first');
      const sentence = 'WithDecryption flag must be True for retrieving a Secret Manager secret.';
      await refused(parameter(stage, reference), 'ValidationException', sentence);
      const reader = await stage.user({ Action: ['ssm:GetParameter', 'kms:Decrypt'] });
      await refused(
        parameter(stage, reference, true, reader),
        'AccessDeniedException',
        /secretsmanager:GetSecretValue on resource/,
      );
    },
  },
  {
    id: 'SSM-09',
    sentence: 'public parameters are read in every Region by whoever may read parameters, and written by nobody',
    run: async (stage) => {
      const reader = await stage.user({ Action: ['ssm:GetParameter', 'ssm:GetParametersByPath'] });
      const found = await parameter(stage, image, false, reader);
      assert.equal(found.ARN, `arn:aws:ssm:${region}::parameter${image}`);
      for (const elsewhere of ['eu-west-2', 'ap-northeast-1', 'sa-east-1']) {
        assert.match((await parameter(stage, image, false, { ...reader, region: elsewhere })).Value, /^ami-[0-9a-f]+$/);
      }
      const Path = '/aws/service/ami-amazon-linux-latest';
      const { Parameters } = await stage.call('ssm:GetParametersByPath', { Path, MaxResults: 10 }, reader);
      assert.equal(Parameters.length, 10);
      for (const { Name, Value } of Parameters) assert.match(`${Name} ${Value}`, /^\/aws\/service\/.* ami-/);
      const nobody = await stage.user();
      await refused(parameter(stage, image, false, nobody), 'AccessDeniedException');
      for (const name of ['/aws/x', image]) {
        const sentence = `No access to reserved parameter name: ${name}.`;
        await refused(put(stage, name, 'x'), 'AccessDeniedException', sentence);
      }
    },
  },
  {
    id: 'SSM-10',
    sentence:
      'standard parameters are free; an advanced one is $0.05 a month, its use and higher throughput $0.05 for 10,000',
    run: async (stage) => {
      await toTheMiddleOfAMonth(stage);
      const there = { region: regions.pop()! };
      const bill = () => billOf(stage, 'AWS Systems Manager', there.region);
      await put(stage, 'free', 'x', {}, there);
      await parameter(stage, 'free', false, there);
      assert.deepEqual(await bill(), {});
      await put(stage, 'paid', 'x', { Tier: 'Advanced' }, there);
      for (let n = 0; n < 9; n++) await stage.arrange('ssm:GetParameter', { Name: 'paid' }, there);
      await stage.advance(5);
      const { 'PS-Advanced-Param-Tier1': kept, 'PS-Param-Processed-Tier2': used } = await bill();
      const spent = (0.05 * 5 * 24) / (await hoursOfMonth(stage));
      assert.ok(Math.abs(kept![0] - spent) < 0.001, `${kept} not ${spent}`);
      assert.deepEqual(used, [10 * 0.000005, 10]);
      const SettingId = '/ssm/parameter-store/high-throughput-enabled';
      await stage.call('ssm:UpdateServiceSetting', { SettingId, SettingValue: 'true' }, there);
      await parameter(stage, 'free', false, there);
      assert.equal((await bill())['PS-Param-Processed-Tier2']![1], 11);
    },
  },
];

const regions = ['eu-west-3', 'eu-central-1', 'eu-north-1'];

/** Request quotas, for a server that counts requests. */
export const parameterQuotaChecks: readonly Check[] = [
  {
    id: 'SSM-10',
    sentence: 'an account reads parameters 40 times a second, and more with the setting for higher throughput',
    run: async (stage) => {
      const there = { region: quotaRegions.pop()! };
      await stage.arrange('ssm:PutParameter', { Name: 'p', Value: 'x', Type: 'String' }, there);
      const { Quotas } = await stage.call('service-quotas:ListServiceQuotas', { ServiceCode: 'ssm' }, there);
      const reading = Quotas.find(
        ({ QuotaName, Value }: { QuotaName: string; Value: number }) => /GetParameter,/.test(QuotaName) && Value === 40,
      );
      // So low that a client which takes a second for a request notices.
      await stage.seed({ quotas: [{ ...there, service: 'ssm', code: reading.QuotaCode, value: 0.01 }] });
      await parameter(stage, 'p', false, there);
      await refused(parameter(stage, 'p', false, there), 'ThrottlingException', 'Rate exceeded');
      const byPath = stage.call('ssm:GetParametersByPath', { Path: '/' }, there);
      await refused(byPath, 'ThrottlingException', 'Rate exceeded');
      const SettingId = '/ssm/parameter-store/high-throughput-enabled';
      const shown = async () => (await stage.call('ssm:GetServiceSetting', { SettingId }, there)).ServiceSetting;
      assert.deepEqual([(await shown()).SettingValue, (await shown()).Status], ['false', 'Default']);
      await stage.call('ssm:UpdateServiceSetting', { SettingId, SettingValue: 'true' }, there);
      for (let n = 0; n < 3; n++) assert.equal((await parameter(stage, 'p', false, there)).Value, 'x');
      assert.deepEqual([(await shown()).SettingValue, (await shown()).Status], ['true', 'Customized']);
      await stage.call('ssm:ResetServiceSetting', { SettingId }, there);
      await refused(parameter(stage, 'p', false, there), 'ThrottlingException', 'Rate exceeded');
    },
  },
];

const quotaRegions = ['af-south-1', 'me-south-1', 'il-central-1'];
