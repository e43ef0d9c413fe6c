import type { UpdateSAMLProviderCommandInput, UpdateSAMLProviderCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toSamlProvider } from '../access.ts';
import type { Iam } from '../iam.ts';
import { parseSamlMetadata } from '../saml-metadata.ts';
import { requireKeyForEncryption } from '../saml-private-keys.ts';
import { type IamSamlProvider, samlProviders, validityOf } from '../saml-providers.ts';

type UpdateSAMLProvider = Operation<
  'UpdateSAMLProvider',
  Input<UpdateSAMLProviderCommandInput>,
  Output<UpdateSAMLProviderCommandOutput>,
  IamSamlProvider
>;

/**
 * Changes the metadata of a SAML provider, the keys that open its assertions, or whether these must be encrypted.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSAMLProvider.html
 */
export const updateSamlProvider = ({ samlPrivateKeys }: Iam): UpdateSAMLProvider => ({
  name: 'UpdateSAMLProvider',
  access: ({ SAMLProviderArn }, call) => toSamlProvider(call, SAMLProviderArn),
  handle: async (input, { record, arn }, { tx, account, now }) => {
    const { SAMLMetadataDocument: metadata, AssertionEncryptionMode, AddPrivateKey, RemovePrivateKey } = input;
    const kept = record.privateKeys.filter(({ keyId }) => keyId !== RemovePrivateKey);
    const privateKeys = samlPrivateKeys.add(kept, AddPrivateKey, now);
    const encryptionMode = AssertionEncryptionMode ?? record.encryptionMode;
    requireKeyForEncryption(encryptionMode, privateKeys);
    samlProviders.put(tx, {
      ...record,
      ...(metadata !== undefined && {
        metadata,
        validUntil: validityOf(await parseSamlMetadata(account, metadata), now),
      }),
      ...(encryptionMode && { encryptionMode }),
      privateKeys,
    });
    return { SAMLProviderArn: arn };
  },
});
