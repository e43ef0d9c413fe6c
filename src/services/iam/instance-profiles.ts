import { fault } from '../../kernel/fault.ts';
import type { AbsentResource, Resource } from '../../kernel/operation.ts';
import type { Page, PageRequest } from '../../store/collection.ts';
import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import { nameKey } from './names.ts';
import { type Tag, tagRecord } from './tags.ts';

/** One instance profile: how EC2 instances get a role. */
export interface InstanceProfileRecord {
  readonly account: string;
  readonly profileName: string;
  /** Begins and ends with `/`. */
  readonly path: string;
  /** `AIPA…` */
  readonly profileId: string;
  readonly createdAt: string;
  /** Sorted by key. */
  readonly tags: readonly Tag[];
  /** At most one role at a time. */
  readonly roleName?: string;
}

/** An instance profile as policies see it. */
export interface IamInstanceProfile extends Resource {
  readonly record: InstanceProfileRecord;
}

const records = collection<InstanceProfileRecord>('iam.instance-profiles', { key: ['account', 'nameKey'] });

/** Instance profiles by account and name. */
export const instanceProfiles = {
  find: (tx: Transaction, account: string, profileName: string): InstanceProfileRecord | undefined =>
    records.find(tx, [account, nameKey(profileName)]),

  /** The instance profile as a resource, or what stands for it where there is none. */
  resource: (tx: Transaction, account: string, profileName: string): IamInstanceProfile | AbsentResource => {
    const record = instanceProfiles.find(tx, account, profileName);
    if (record) return { ...instanceProfileResource(record), tags: tagRecord(record.tags), record };
    return {
      ...instanceProfileResource({ account, path: '/', profileName }),
      absent: fault('NoSuchEntity', `Instance Profile ${profileName} cannot be found.`),
    };
  },

  put: (tx: Transaction, record: InstanceProfileRecord): void => records.put(tx, keyOf(record), record),

  delete: (tx: Transaction, record: InstanceProfileRecord): void => records.delete(tx, keyOf(record)),

  /** A page of an account's instance profiles, by name. */
  list: (tx: Transaction, account: string, page: PageRequest): Page<InstanceProfileRecord> =>
    records.list(tx, [account], page),
} as const;

type ProfileName = Pick<InstanceProfileRecord, 'account' | 'path' | 'profileName'>;

/** `arn:aws:iam::111122223333:instance-profile/path/name` */
export const instanceProfileArn = ({ account, path, profileName }: ProfileName): string =>
  `arn:aws:iam::${account}:instance-profile${path}${profileName}`;

/** An instance profile as a resource, also one that is about to be made. */
export const instanceProfileResource = (profile: ProfileName): Resource => ({
  arn: instanceProfileArn(profile),
  account: profile.account,
  type: 'AWS::IAM::InstanceProfile',
});

const keyOf = ({ account, profileName }: InstanceProfileRecord): readonly string[] => [account, nameKey(profileName)];
