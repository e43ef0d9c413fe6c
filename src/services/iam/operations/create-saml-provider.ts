import type { CreateSAMLProviderCommandInput, CreateSAMLProviderCommandOutput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { creatingWithTags } from '../../../kernel/request-tags.ts';
import { accounts } from '../accounts.ts';
import { describeTags } from '../descriptions.ts';
import type { Iam } from '../iam.ts';
import { timestamp } from '../names.ts';
import { parseSamlMetadata } from '../saml-metadata.ts';
import { requireKeyForEncryption } from '../saml-private-keys.ts';
import { samlProviderArn, samlProviders, validityOf } from '../saml-providers.ts';
import { exactTags, firstTags } from '../tags.ts';
import { newUniqueId } from '../unique-ids.ts';

type CreateSAMLProvider = Operation<
  'CreateSAMLProvider',
  Input<CreateSAMLProviderCommandInput>,
  Output<CreateSAMLProviderCommandOutput>,
  readonly [Resource, ...Resource[]]
>;

/**
 * Lets the account trust a SAML identity provider.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateSAMLProvider.html
 */
export const createSamlProvider = ({ samlPrivateKeys }: Iam): CreateSAMLProvider => ({
  name: 'CreateSAMLProvider',
  access: ({ Name, Tags }, { account }) => {
    const resource = { arn: samlProviderArn({ account, name: Name }), account, type: 'AWS::IAM::SAMLProvider' };
    return creatingWithTags({ resource }, 'iam:TagSAMLProvider', Tags);
  },
  handle: async (input, [{ arn }], { tx, account, now }) => {
    const { Name: name, SAMLMetadataDocument: metadata, AssertionEncryptionMode, AddPrivateKey, Tags } = input;
    const validUntil = validityOf(await parseSamlMetadata(account, metadata), now);
    const privateKeys = samlPrivateKeys.add([], AddPrivateKey, now);
    requireKeyForEncryption(AssertionEncryptionMode, privateKeys);
    if (samlProviders.find(tx, account, name)) {
      throw fault('EntityAlreadyExists', `SAMLProvider ${name} already exists`);
    }
    accounts.countOneMore(tx, account, 'SAMLProvidersPerAccount', now);
    const tags = firstTags(Tags, exactTags);
    samlProviders.put(tx, {
      account,
      name,
      providerId: newUniqueId('ASCA'),
      createdAt: timestamp(now),
      validUntil,
      metadata,
      ...(AssertionEncryptionMode && { encryptionMode: AssertionEncryptionMode }),
      privateKeys,
      tags,
    });
    return { SAMLProviderArn: arn, ...(tags.length > 0 && { Tags: describeTags(tags) }) };
  },
});
