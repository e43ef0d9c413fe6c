import { allowing, documentOf, iamArn } from '../iam.ts';
import { samlMetadata } from './certificate.ts';
import { isTruncated, row } from './row.ts';

const Tags = [{ Key: 'x', Value: '1' }];
const document = documentOf(allowing('kms:Encrypt'));
const UserName = 'alice';
const user = 'user alice';
const SerialNumber = iamArn('mfa/phone');
const OpenIDConnectProviderArn = iamArn('oidc-provider/id.example.com/x');
const oidc = { OpenIDConnectProviderArn };
const SAMLProviderArn = iamArn('saml-provider/corp');
const saml = { SAMLProviderArn };
const ThumbprintList = ['a'.repeat(40)];
const policy = { MinimumPasswordLength: 12, RequireNumbers: true };

/** Operations on passwords, MFA devices, identity providers and the account itself; user alice exists. */
export const accountRows = [
  row('CreateLoginProfile', { UserName, Password: 'Example-Pa55' }, user, { LoginProfile: { UserName } }),
  row('GetLoginProfile', { UserName }, user, { LoginProfile: { UserName, PasswordResetRequired: false } }),
  row('UpdateLoginProfile', { UserName, PasswordResetRequired: true }, user),
  row('DeleteLoginProfile', { UserName }, user),
  row('UpdateAccountPasswordPolicy', policy, '*'),
  row('GetAccountPasswordPolicy', {}, '*', { PasswordPolicy: { ...policy, ExpirePasswords: false } }),
  row('DeleteAccountPasswordPolicy', {}, '*'),

  row('CreateVirtualMFADevice', { VirtualMFADeviceName: 'phone' }, SerialNumber, {
    VirtualMFADevice: { SerialNumber },
  }),
  row('ListVirtualMFADevices', {}, '*', { VirtualMFADevices: [{ SerialNumber }], ...isTruncated }),
  row('ListMFADevices', { UserName }, user, { MFADevices: [], ...isTruncated }),
  row('TagMFADevice', { SerialNumber, Tags }, SerialNumber),
  row('ListMFADeviceTags', { SerialNumber }, SerialNumber, { Tags, ...isTruncated }),
  row('UntagMFADevice', { SerialNumber, TagKeys: ['x'] }, SerialNumber),
  row('DeleteVirtualMFADevice', { SerialNumber }, SerialNumber),

  row('CreateAccountAlias', { AccountAlias: 'acme' }, '*'),
  row('ListAccountAliases', {}, '*', { AccountAliases: ['acme'], ...isTruncated }),
  row('DeleteAccountAlias', { AccountAlias: 'acme' }, '*'),
  row('SetSecurityTokenServicePreferences', { GlobalEndpointTokenVersion: 'v2Token' }, '*'),
  row('GetAccountSummary', {}, '*', { SummaryMap: { UsersQuota: 5000, GlobalEndpointTokenVersion: 2 } }),

  row(
    'CreateOpenIDConnectProvider',
    { Url: 'https://id.example.com/x', ClientIDList: ['one'], ThumbprintList },
    OpenIDConnectProviderArn,
    oidc,
  ),
  row('AddClientIDToOpenIDConnectProvider', { ...oidc, ClientID: 'two' }, OpenIDConnectProviderArn),
  row('RemoveClientIDFromOpenIDConnectProvider', { ...oidc, ClientID: 'one' }, OpenIDConnectProviderArn),
  row('UpdateOpenIDConnectProviderThumbprint', { ...oidc, ThumbprintList }, OpenIDConnectProviderArn),
  row('TagOpenIDConnectProvider', { ...oidc, Tags }, OpenIDConnectProviderArn),
  row('GetOpenIDConnectProvider', oidc, OpenIDConnectProviderArn, {
    Url: 'id.example.com/x',
    ClientIDList: ['two'],
    ThumbprintList,
    Tags,
  }),
  row('ListOpenIDConnectProviderTags', oidc, OpenIDConnectProviderArn, { Tags, ...isTruncated }),
  row('UntagOpenIDConnectProvider', { ...oidc, TagKeys: ['x'] }, OpenIDConnectProviderArn),
  row('ListOpenIDConnectProviders', {}, '*', { OpenIDConnectProviderList: [{ Arn: OpenIDConnectProviderArn }] }),
  row('DeleteOpenIDConnectProvider', oidc, OpenIDConnectProviderArn),

  row('CreateSAMLProvider', { Name: 'corp', SAMLMetadataDocument: samlMetadata() }, SAMLProviderArn, saml),
  row('UpdateSAMLProvider', { ...saml, SAMLMetadataDocument: samlMetadata('https://new') }, SAMLProviderArn, saml),
  row('TagSAMLProvider', { ...saml, Tags }, SAMLProviderArn),
  row('GetSAMLProvider', saml, SAMLProviderArn, { SAMLMetadataDocument: samlMetadata('https://new'), Tags }),
  row('ListSAMLProviderTags', saml, SAMLProviderArn, { Tags, ...isTruncated }),
  row('UntagSAMLProvider', { ...saml, TagKeys: ['x'] }, SAMLProviderArn),
  row('ListSAMLProviders', {}, '*', { SAMLProviderList: [{ Arn: SAMLProviderArn }] }),
  row('DeleteSAMLProvider', saml, SAMLProviderArn),

  row('GenerateCredentialReport', {}, '*', { State: 'STARTED' }),
  row('GetCredentialReport', {}, '*', { ReportFormat: 'text/csv' }),
  row('GetAccountAuthorizationDetails', { Filter: ['User'], MaxItems: 1 }, '*', { UserDetailList: [{ UserName }] }),
  row('GetContextKeysForCustomPolicy', { PolicyInputList: [document] }, '*', { ContextKeyNames: [] }),
  row('GetContextKeysForPrincipalPolicy', { PolicySourceArn: iamArn('user/alice') }, iamArn('user/alice'), {
    ContextKeyNames: [],
  }),
  row(
    'ListPoliciesGrantingServiceAccess',
    { Arn: iamArn('user/alice'), ServiceNamespaces: ['kms'] },
    iamArn('user/alice'),
    { PoliciesGrantingServiceAccess: [{ ServiceNamespace: 'kms' }], ...isTruncated },
  ),
  row('GenerateServiceLastAccessedDetails', { Arn: iamArn('user/alice') }, iamArn('user/alice')),
  row('ListServerCertificates', {}, iamArn('server-certificate/'), isTruncated),
  row('ListSigningCertificates', { UserName }, user, isTruncated),
  row('ListSSHPublicKeys', { UserName }, user, isTruncated),
  row('ListServiceSpecificCredentials', { UserName }, user, isTruncated),
];
