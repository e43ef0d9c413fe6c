import type { ConnectionErrorCodeType } from '@aws-sdk/client-kms';
import { fault } from '../../kernel/fault.ts';
import { XksError, type XksProblem } from '../../xks/xks-error.ts';

/** When a proxy was asked: while its store was created or changed, for CreateKey, or to encrypt or decrypt. */
export type XksOccasion = 'store' | 'key' | 'use';

interface Row {
  readonly message: string;
  readonly store: string;
  readonly key: string;
  readonly connection: ConnectionErrorCodeType;
}

const unknownAnswer =
  'AWS KMS cannot interpret the response from the external key store proxy. If you see this error repeatedly, report it to your external key store proxy administrator.';
const invalidState = 'CustomKeyStoreInvalidStateException';
const invalidKey = 'XksKeyInvalidConfigurationException';
const malformed: Row = {
  message: unknownAnswer,
  store: 'XksProxyInvalidResponseException',
  key: invalidState,
  connection: 'XKS_PROXY_INVALID_RESPONSE',
};

/** @see XKS proxy API: "Error codes", KMS considerations */
const rows: Readonly<Record<XksProblem, Row>> = {
  malformed,
  ValidationException: malformed,
  InvalidStateException: {
    ...malformed,
    message:
      'The external key associated with this KMS key in an external key store is not enabled in the external key manager. Enable the external key in the external key manager and retry the request.',
    key: invalidKey,
  },
  InvalidCiphertextException: {
    ...malformed,
    message:
      'The external key store proxy rejected the request because the specified ciphertext or encryption context is corrupted, missing, or otherwise invalid.',
  },
  InvalidKeyUsageException: {
    ...malformed,
    message:
      'The external key associated with this KMS key in an external key store does not support the requested operation. Enable the operation on the key in your external key manager, and try the request again.',
    key: invalidKey,
  },
  AuthenticationFailedException: {
    message:
      'The external key store proxy rejected the request because it could not authenticate AWS KMS. Verify the XKS proxy authentication credentials for your external key store and update if necessary.',
    store: 'XksProxyIncorrectAuthenticationCredentialException',
    key: invalidState,
    connection: 'INVALID_CREDENTIALS',
  },
  AccessDeniedException: {
    ...malformed,
    message:
      'The external key store proxy denied access to the operation. Verify that the user and the external key are both authorized for this operation, and try the request again.',
    key: 'KMSInvalidStateException',
    connection: 'XKS_PROXY_ACCESS_DENIED',
  },
  KeyNotFoundException: {
    ...malformed,
    message:
      'The external key associated with this KMS key in an external key store was not found in its external key manager. If the external key ID associated with this KMS key is incorrect, create a new KMS key with the correct external key ID.',
    key: 'XksKeyNotFoundException',
  },
  InvalidUriPathException: {
    message:
      'The external key store proxy rejected the request because of an invalid URI path. Verify the URI path for your external key store and update if necessary.',
    store: 'XksProxyInvalidConfigurationException',
    key: invalidState,
    connection: 'XKS_PROXY_INVALID_CONFIGURATION',
  },
  UnsupportedOperationException: {
    ...malformed,
    message:
      'The external key store proxy rejected the request because it does not support the requested operation. If you see this error repeatedly, report it to your external key store proxy administrator.',
    key: invalidKey,
  },
  DependencyTimeoutException: {
    message:
      'The external key store proxy did not respond to the request in the time allotted. Retry the request. If you see this error repeatedly, report it to your external key store proxy administrator.',
    store: 'XksProxyUriUnreachableException',
    key: invalidState,
    connection: 'XKS_PROXY_TIMED_OUT',
  },
  ThrottlingException: {
    message:
      'The external key store proxy rejected the request due to a very high request rate. Reduce the frequency of your calls using KMS keys in this external key store.',
    store: 'XksProxyUriUnreachableException',
    key: invalidState,
    connection: 'XKS_PROXY_NOT_REACHABLE',
  },
  InternalException: {
    ...malformed,
    message:
      'The external key store proxy rejected the request because it cannot communicate with the external key manager. Verify that the external key store proxy configuration is correct and that the external key manager is available.',
  },
  unreachable: {
    message:
      'AWS KMS cannot communicate with the external key store proxy. This might be a transient network issue. If you see this error repeatedly, verify that your external key store proxy is active and is connected to the network, and that its endpoint URI is correct in your external keystore.',
    store: 'XksProxyUriUnreachableException',
    key: invalidState,
    connection: 'XKS_PROXY_NOT_REACHABLE',
  },
  untrusted: {
    message:
      'AWS KMS cannot establish a TLS connection to the external key store proxy. Verify the TLS configuration, including its certificate.',
    store: 'XksProxyUriUnreachableException',
    key: invalidState,
    connection: 'XKS_PROXY_INVALID_TLS_CONFIGURATION',
  },
  late: {
    message:
      'AWS KMS rejected the request because the external key store proxy did not respond in time. Retry the request. If you see this error repeatedly, report it to your external key store proxy administrator.',
    store: 'XksProxyUriUnreachableException',
    key: invalidState,
    connection: 'XKS_PROXY_TIMED_OUT',
  },
};

/** Waits for a proxy. @throws {Fault} what KMS answers where it fails */
export const answered = async <T>(asked: Promise<T>, occasion: XksOccasion): Promise<T> => {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof XksError)) throw error;
    const row = rows[error.problem];
    throw fault(occasion === 'use' ? 'KMSInvalidStateException' : row[occasion], row.message, { cause: error });
  }
};

/** Why a connection failed. */
export const connectionFailure = ({ problem }: XksError): ConnectionErrorCodeType => rows[problem].connection;
