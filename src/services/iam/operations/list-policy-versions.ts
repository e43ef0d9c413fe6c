import type { ListPolicyVersionsCommandInput, ListPolicyVersionsCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { toPolicy } from '../access.ts';
import { describeVersion } from '../descriptions.ts';
import { listed } from '../listing.ts';
import type { IamPolicy, PolicyVersion } from '../policies.ts';

type ListPolicyVersions = Operation<
  'ListPolicyVersions',
  Input<ListPolicyVersionsCommandInput>,
  Output<ListPolicyVersionsCommandOutput>,
  IamPolicy
>;

/**
 * Lists the versions of a managed policy, newest first.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html
 */
export const listPolicyVersions: ListPolicyVersions = {
  name: 'ListPolicyVersions',
  access: ({ PolicyArn }, call) => toPolicy(call, PolicyArn),
  handle: (input, { record }, call) => {
    const { items, truncation } = listed(input, call, pageOf(record.versions.toReversed(), newestFirst));
    return { Versions: items.map((version) => describeVersion(record, version)), ...truncation };
  },
};

/** A key that grows as version numbers fall. */
const newestFirst = ({ versionId }: PolicyVersion): string =>
  String(1e9 - Number(versionId.slice(1))).padStart(10, '0');
