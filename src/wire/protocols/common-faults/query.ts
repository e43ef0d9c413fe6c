import type { CommonFaultTable } from './row.ts';
import { sentences } from './sentences.ts';

/** AWS Query. @see AWS API references: "Common Errors" */
export const queryFaults: CommonFaultTable = {
  AccessDenied: { code: 'AccessDenied', status: 403 },
  ValidationError: { code: 'ValidationError', status: 400 },
  Throttling: { code: 'Throttling', status: 400, message: sentences.rateExceeded },
  MissingAuthenticationToken: {
    code: 'MissingAuthenticationToken',
    status: 403,
    message: 'Request is missing Authentication Token',
  },
  IncompleteSignature: { code: 'IncompleteSignature', status: 400 },
  InvalidClientTokenId: { code: 'InvalidClientTokenId', status: 403, message: sentences.invalidToken },
  SignatureDoesNotMatch: { code: 'SignatureDoesNotMatch', status: 403, message: sentences.wrongSignature },
  ExpiredToken: { code: 'ExpiredToken', status: 403, message: sentences.expiredToken },
  UnknownOperation: { code: 'InvalidAction', status: 400, frontEnd: true },
  MissingAction: {
    code: 'MissingAction',
    status: 400,
    message: 'The request must contain the parameter Action.',
    frontEnd: true,
  },
  Serialization: { code: 'MalformedInput', status: 400, frontEnd: true },
  MalformedQueryString: {
    code: 'MalformedQueryString',
    status: 400,
    message: 'The query string contains a syntax error',
    frontEnd: true,
  },
  RequestEntityTooLarge: { code: 'RequestEntityTooLarge', status: 413, message: sentences.tooLarge },
  InternalFailure: { code: 'InternalFailure', status: 500, message: sentences.internalFailure },
  ServiceUnavailable: { code: 'ServiceUnavailable', status: 503, message: sentences.unavailable },
};
