import type { ServiceSetting } from '@aws-sdk/client-ssm';
import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import type { Resource } from '../../kernel/operation.ts';
import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';

interface SettingRecord {
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
  readonly modifiedBy: string;
}

const records = collection<SettingRecord>('ssm.settings', { key: ['account', 'region', 'id'] });

/** Settings that there are: AWS's default, and what they may be set to. */
const settings: Readonly<Record<string, { readonly default: string; readonly allowed: readonly string[] }>> = {
  '/ssm/parameter-store/default-parameter-tier': {
    default: 'Standard',
    allowed: ['Standard', 'Advanced', 'Intelligent-Tiering'],
  },
  '/ssm/parameter-store/high-throughput-enabled': { default: 'false', allowed: ['true', 'false'] },
};

/** Settings of Parameter Store for an account in a Region. @see Systems Manager API: ServiceSetting */
export const serviceSettings = {
  /** The value in force. */
  valueOf(tx: Transaction, account: string, region: string, id: string): string {
    return records.find(tx, [account, region, id])?.value ?? settings[id]!.default;
  },

  /** A setting as policies see it; `id` may be its ARN. */
  resource(given: string, { account, region }: Call): Resource & { readonly id: string } {
    const id = idOf(given);
    return { arn: `arn:aws:ssm:${region}:${account}:servicesetting${id}`, account, id };
  },

  /** @throws {Fault} ServiceSettingNotFound */
  describe({ tx, account, region, now }: Call, id: string): ServiceSetting {
    const setting = settingOf(id);
    const record = records.find(tx, [account, region, id]);
    return {
      SettingId: id,
      SettingValue: record?.value ?? setting.default,
      LastModifiedDate: new Date(record?.modifiedAt ?? now),
      LastModifiedUser: record?.modifiedBy ?? 'System',
      ARN: `arn:aws:ssm:${region}:${account}:servicesetting${id}`,
      Status: record ? 'Customized' : 'Default',
    };
  },

  /** @throws {Fault} ServiceSettingNotFound; ValidationException for a value that the setting cannot have */
  update({ tx, account, region, now, caller }: Call, id: string, value: string): void {
    const { allowed } = settingOf(id);
    if (!allowed.includes(value)) {
      throw fault(
        'ValidationException',
        `The setting value ${value} is not valid. Valid values: ${allowed.join(', ')}`,
      );
    }
    records.put(tx, [account, region, id], { value, modifiedAt: now.getTime(), modifiedBy: caller.arn });
  },

  /** @throws {Fault} ServiceSettingNotFound */
  reset(call: Call, id: string): ServiceSetting {
    settingOf(id);
    records.delete(call.tx, [call.account, call.region, id]);
    return this.describe(call, id);
  },
};

const idOf = (given: string): string => given.replace(/^arn:aws[\w-]*:ssm:[a-z0-9-]+:\d{12}:servicesetting/, '');

const settingOf = (id: string): { readonly default: string; readonly allowed: readonly string[] } => {
  const setting = Object.hasOwn(settings, id) ? settings[id] : undefined;
  if (!setting) throw fault('ServiceSettingNotFound', `Setting ${id} does not exist`);
  return setting;
};
