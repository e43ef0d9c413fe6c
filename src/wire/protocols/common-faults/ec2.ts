import { queryFaults } from './query.ts';
import type { CommonFaultTable } from './row.ts';

const authFailure = {
  code: 'AuthFailure',
  status: 401,
  message: 'AWS was not able to validate the provided access credentials',
  oneMessage: true,
} as const;

/** EC2 Query. @see EC2 API Reference: "Error codes for the Amazon EC2 API" */
export const ec2Faults: CommonFaultTable = {
  ...queryFaults,
  AccessDenied: {
    code: 'UnauthorizedOperation',
    status: 403,
    prefix: 'You are not authorized to perform this operation. ',
  },
  ValidationError: { code: 'InvalidParameterValue', status: 400 },
  Throttling: { code: 'RequestLimitExceeded', status: 503, message: 'Request limit exceeded.', oneMessage: true },
  MissingAuthenticationToken: authFailure,
  InvalidClientTokenId: authFailure,
  SignatureDoesNotMatch: authFailure,
  ExpiredToken: { code: 'RequestExpired', status: 400, message: 'Request has expired.', oneMessage: true },
  Serialization: { code: 'InvalidParameterValue', status: 400 },
  InternalFailure: { code: 'InternalError', status: 500, message: 'An internal error has occurred' },
  ServiceUnavailable: {
    code: 'Unavailable',
    status: 503,
    message: "The server is overloaded and can't handle the request.",
  },
};
