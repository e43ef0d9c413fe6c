import type {
  CreateOpenIDConnectProviderCommandInput,
  CreateOpenIDConnectProviderCommandOutput,
} from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { creatingWithTags } from '../../../kernel/request-tags.ts';
import { accounts } from '../accounts.ts';
import { describeTags } from '../descriptions.ts';
import { timestamp } from '../names.ts';
import { oidcProviderArn, oidcProviders, parseIssuer, requireThumbprints } from '../oidc-providers.ts';
import { requireWithinQuota } from '../quotas.ts';
import { exactTags, firstTags } from '../tags.ts';

type CreateOpenIDConnectProvider = Operation<
  'CreateOpenIDConnectProvider',
  Input<CreateOpenIDConnectProviderCommandInput>,
  Output<CreateOpenIDConnectProviderCommandOutput>,
  readonly [Resource, ...Resource[]]
>;

/**
 * Lets the account trust an OpenID Connect provider.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
 */
export const createOpenIdConnectProvider: CreateOpenIDConnectProvider = {
  name: 'CreateOpenIDConnectProvider',
  access: ({ Url, Tags }, { account }) => {
    const arn = oidcProviderArn({ account, url: parseIssuer(Url) });
    const resource = { arn, account, type: 'AWS::IAM::OIDCProvider' };
    return creatingWithTags({ resource }, 'iam:TagOpenIDConnectProvider', Tags);
  },
  handle: ({ Url, ClientIDList = [], ThumbprintList = [], Tags }, [{ arn }], { tx, account, now }) => {
    const url = parseIssuer(Url);
    requireThumbprints(ThumbprintList);
    requireWithinQuota('ClientIdsPerOpenIdConnectProvider', ClientIDList.length);
    if (oidcProviders.find(tx, account, url)) {
      throw fault('EntityAlreadyExists', `Provider with url ${Url} already exists.`);
    }
    accounts.countOneMore(tx, account, 'OpenIDConnectProvidersPerAccount', now);
    const tags = firstTags(Tags, exactTags);
    const clientIds = [...new Set(ClientIDList)];
    oidcProviders.put(tx, { account, url, createdAt: timestamp(now), clientIds, thumbprints: ThumbprintList, tags });
    return { OpenIDConnectProviderArn: arn, ...(tags.length > 0 && { Tags: describeTags(tags) }) };
  },
};
