/** A self-signed certificate for `idp.example.com`, base64 of its DER. Its key is known to nobody. */
export const certificate =
  'MIIBjDCCATGgAwIBAgIUSAcVCcKFC3soTEXrya66He4LnxgwCgYIKoZIzj0EAwIwGjEYMBYGA1UEAwwPaWRwLmV4YW1wbGUuY29tMCAXDTI2MTEyMjAyMjMyOFoYDzIxMjYxMDI5MDIyMzI4WjAaMRgwFgYDVQQDDA9pZHAuZXhhbXBsZS5jb20wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARQefvu1jkJXXbDA+xim9w2HitnKRr1JB4ZdVUlr+8FJ9S/ra5KDQfOg/WQukyifA0IYvPXvt0jD3DV2m7OKFRqo1MwUTAdBgNVHQ4EFgQUR35DzUEGEGmxOz40LHWnoedrunIwHwYDVR0jBBgwFoAUR35DzUEGEGmxOz40LHWnoedrunIwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAiooRoI3yPEPjhGXljqHDFfco0zTwEh6YWllrn8Nm8bECIQCkU40mpil6s9R0YAFwzHCwLdOmY5A1pWBenG66jm/Afg==';

/** Metadata of a SAML identity provider with that certificate, as long as IAM wants it. */
export const samlMetadata = (entityId = 'https://idp.example.com'): string =>
  `<?xml version="1.0"?>
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}">
  <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <KeyDescriptor use="signing">
      <KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#">
        <X509Data><X509Certificate>${certificate}</X509Certificate></X509Data>
      </KeyInfo>
    </KeyDescriptor>
    <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${entityId}/sso"/>
  </IDPSSODescriptor>
</EntityDescriptor>`.padEnd(1000);
