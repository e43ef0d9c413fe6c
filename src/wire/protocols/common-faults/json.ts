import type { CommonFaultTable } from './row.ts';
import { sentences } from './sentences.ts';

/** AWS JSON and RPC v2 CBOR. @see AWS API references: "Common Errors" */
export const jsonFaults: CommonFaultTable = {
  AccessDenied: { code: 'AccessDeniedException', status: 400, messageKey: 'Message' },
  ValidationError: { code: 'ValidationException', status: 400 },
  Throttling: { code: 'ThrottlingException', status: 400, message: sentences.rateExceeded },
  MissingAuthenticationToken: {
    code: 'MissingAuthenticationTokenException',
    status: 400,
    message: 'Missing Authentication Token',
  },
  IncompleteSignature: { code: 'IncompleteSignatureException', status: 400 },
  InvalidClientTokenId: { code: 'UnrecognizedClientException', status: 400, message: sentences.invalidToken },
  SignatureDoesNotMatch: { code: 'InvalidSignatureException', status: 400, message: sentences.wrongSignature },
  ExpiredToken: { code: 'ExpiredTokenException', status: 400, message: sentences.expiredToken },
  UnknownOperation: { code: 'UnknownOperationException', status: 400 },
  MissingAction: { code: 'UnknownOperationException', status: 400 },
  Serialization: { code: 'SerializationException', status: 400, messageKey: 'Message' },
  MalformedQueryString: { code: 'SerializationException', status: 400, messageKey: 'Message' },
  RequestEntityTooLarge: { code: 'RequestEntityTooLargeException', status: 413, message: sentences.tooLarge },
  InternalFailure: { code: 'InternalFailure', status: 500, message: sentences.internalFailure },
  ServiceUnavailable: { code: 'ServiceUnavailable', status: 503, message: sentences.unavailable },
};
