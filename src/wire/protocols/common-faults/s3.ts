import type { CommonFaultTable } from './row.ts';

const methodNotAllowed = {
  code: 'MethodNotAllowed',
  status: 405,
  message: 'The specified method is not allowed against this resource.',
} as const;

const malformedXml = {
  code: 'MalformedXML',
  status: 400,
  message: 'The XML you provided was not well-formed or did not validate against our published schema',
  oneMessage: true,
} as const;

/** S3, whose words are its own. @see S3 API Reference: "Error responses", list of error codes */
export const s3Faults: CommonFaultTable = {
  AccessDenied: { code: 'AccessDenied', status: 403, message: 'Access Denied' },
  ValidationError: { code: 'InvalidArgument', status: 400 },
  Throttling: { code: 'SlowDown', status: 503, message: 'Please reduce your request rate.', oneMessage: true },
  MissingAuthenticationToken: { code: 'AccessDenied', status: 403, message: 'Access Denied', oneMessage: true },
  IncompleteSignature: { code: 'AuthorizationHeaderMalformed', status: 400 },
  InvalidClientTokenId: {
    code: 'InvalidAccessKeyId',
    status: 403,
    message: 'The AWS Access Key Id you provided does not exist in our records.',
  },
  SignatureDoesNotMatch: {
    code: 'SignatureDoesNotMatch',
    status: 403,
    message:
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  },
  ExpiredToken: { code: 'ExpiredToken', status: 400, message: 'The provided token has expired.' },
  UnknownOperation: methodNotAllowed,
  MissingAction: methodNotAllowed,
  Serialization: malformedXml,
  MalformedQueryString: { code: 'InvalidURI', status: 400, message: "Couldn't parse the specified URI." },
  RequestEntityTooLarge: {
    code: 'EntityTooLarge',
    status: 400,
    message: 'Your proposed upload exceeds the maximum allowed size',
  },
  InternalFailure: {
    code: 'InternalError',
    status: 500,
    message: 'We encountered an internal error. Please try again.',
  },
  ServiceUnavailable: { code: 'ServiceUnavailable', status: 503, message: 'Please reduce your request rate.' },
};
