import type { GetSAMLProviderCommandInput, GetSAMLProviderCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toSamlProvider } from '../access.ts';
import { describeTags } from '../descriptions.ts';
import type { IamSamlProvider } from '../saml-providers.ts';

type GetSAMLProvider = Operation<
  'GetSAMLProvider',
  Input<GetSAMLProviderCommandInput>,
  Output<GetSAMLProviderCommandOutput>,
  IamSamlProvider
>;

/**
 * Shows a SAML provider with its metadata; private keys are named, never shown.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetSAMLProvider.html
 */
export const getSamlProvider: GetSAMLProvider = {
  name: 'GetSAMLProvider',
  access: ({ SAMLProviderArn }, call) => toSamlProvider(call, SAMLProviderArn),
  handle: (_input, { record }) => ({
    SAMLProviderUUID: record.providerId,
    SAMLMetadataDocument: record.metadata,
    CreateDate: new Date(record.createdAt),
    ValidUntil: new Date(record.validUntil),
    Tags: describeTags(record.tags),
    AssertionEncryptionMode: record.encryptionMode ?? 'Allowed',
    PrivateKeyList: record.privateKeys.map(({ keyId, addedAt }) => ({ KeyId: keyId, Timestamp: new Date(addedAt) })),
  }),
};
