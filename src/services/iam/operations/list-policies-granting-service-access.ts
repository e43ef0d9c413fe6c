import type {
  ListPoliciesGrantingServiceAccessCommandInput,
  ListPoliciesGrantingServiceAccessCommandOutput,
  PolicyGrantingServiceAccess,
} from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { entityResource, holdersOf, type IamEntity } from '../entities.ts';
import { documentsOf, grantsService } from '../held-documents.ts';
import { listed } from '../listing.ts';
import type { PolicyHolder } from '../policy-holders.ts';

type ListPoliciesGrantingServiceAccess = Operation<
  'ListPoliciesGrantingServiceAccess',
  Input<ListPoliciesGrantingServiceAccessCommandInput>,
  Output<ListPoliciesGrantingServiceAccessCommandOutput>,
  IamEntity
>;

/**
 * Lists, for each service, the policies by which a user, group or role may do anything there.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPoliciesGrantingServiceAccess.html
 */
export const listPoliciesGrantingServiceAccess: ListPoliciesGrantingServiceAccess = {
  name: 'ListPoliciesGrantingServiceAccess',
  access: ({ Arn }, { tx }) => ({ resource: entityResource(tx, Arn) }),
  handle: (input, { record }, call) => {
    const namespaces = [...new Set(input.ServiceNamespaces)].sort();
    const { items, truncation } = listed(
      input,
      call,
      pageOf(namespaces, (namespace) => namespace),
    );
    const held = documentsOf(call.tx, holdersOf(call.tx, record));
    const PoliciesGrantingServiceAccess = items.map((ServiceNamespace) => ({
      ServiceNamespace,
      Policies: held
        .filter(({ policy }) => grantsService(policy, ServiceNamespace))
        .map(({ holder, policyName, policyArn }) => describe(holder, policyName, policyArn)),
    }));
    return { PoliciesGrantingServiceAccess, ...truncation };
  },
};

/** An inline policy is named by who has it, a managed one by its ARN. */
const describe = (
  { kind, name }: PolicyHolder,
  PolicyName: string,
  PolicyArn: string | undefined,
): PolicyGrantingServiceAccess =>
  PolicyArn === undefined
    ? { PolicyName, PolicyType: 'INLINE', EntityType: entityTypes[kind], EntityName: name }
    : { PolicyName, PolicyType: 'MANAGED', PolicyArn };

const entityTypes = { User: 'USER', Group: 'GROUP', Role: 'ROLE' } as const;
