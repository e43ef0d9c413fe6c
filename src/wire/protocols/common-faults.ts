import type { CommonFaultCode } from '../../kernel/common-fault.ts';

/** Families of protocols that name common errors alike. */
export type FaultFamily = 'json' | 'query';

/** How a family says a common error. */
export interface CommonFaultRow {
  readonly code: string;
  readonly status: number;
  /** The sentence where the thrower gave none. */
  readonly message?: string;
  /** Coral built-ins spell the JSON member with a capital: `Message`. */
  readonly messageKey?: 'Message';
  /** The front end answers before the service: another XML namespace. */
  readonly frontEnd?: true;
  /** The answer has no body at all. */
  readonly bodiless?: true;
}

const invalidToken = 'The security token included in the request is invalid.';
const expiredToken = 'The security token included in the request is expired';
const wrongSignature =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

/** Codes and statuses per family. @see AWS API references: "Common Errors" */
export const commonFaults: Readonly<Record<CommonFaultCode, Readonly<Record<FaultFamily, CommonFaultRow>>>> = {
  AccessDenied: {
    json: { code: 'AccessDeniedException', status: 400, messageKey: 'Message' },
    query: { code: 'AccessDenied', status: 403 },
  },
  ValidationError: {
    json: { code: 'ValidationException', status: 400 },
    query: { code: 'ValidationError', status: 400 },
  },
  Throttling: {
    json: { code: 'ThrottlingException', status: 400, message: 'Rate exceeded' },
    query: { code: 'Throttling', status: 400, message: 'Rate exceeded' },
  },
  MissingAuthenticationToken: {
    json: { code: 'MissingAuthenticationTokenException', status: 400, message: 'Missing Authentication Token' },
    query: { code: 'MissingAuthenticationToken', status: 403, message: 'Request is missing Authentication Token' },
  },
  IncompleteSignature: {
    json: { code: 'IncompleteSignatureException', status: 400 },
    query: { code: 'IncompleteSignature', status: 400 },
  },
  InvalidClientTokenId: {
    json: { code: 'UnrecognizedClientException', status: 400, message: invalidToken },
    query: { code: 'InvalidClientTokenId', status: 403, message: invalidToken },
  },
  SignatureDoesNotMatch: {
    json: { code: 'InvalidSignatureException', status: 400, message: wrongSignature },
    query: { code: 'SignatureDoesNotMatch', status: 403, message: wrongSignature },
  },
  ExpiredToken: {
    json: { code: 'ExpiredTokenException', status: 400, message: expiredToken },
    query: { code: 'ExpiredToken', status: 403, message: expiredToken },
  },
  UnknownOperation: {
    json: { code: 'UnknownOperationException', status: 400 },
    query: { code: 'InvalidAction', status: 400, frontEnd: true },
  },
  MissingAction: {
    json: { code: 'UnknownOperationException', status: 400 },
    query: {
      code: 'MissingAction',
      status: 400,
      message: 'The request must contain the parameter Action.',
      frontEnd: true,
    },
  },
  Serialization: {
    json: { code: 'SerializationException', status: 400, messageKey: 'Message' },
    query: { code: 'MalformedInput', status: 400, frontEnd: true },
  },
  MalformedQueryString: {
    json: { code: 'SerializationException', status: 400, messageKey: 'Message' },
    query: {
      code: 'MalformedQueryString',
      status: 400,
      message: 'The query string contains a syntax error',
      frontEnd: true,
    },
  },
  RequestEntityTooLarge: {
    json: { code: 'RequestEntityTooLargeException', status: 413 },
    query: { code: 'RequestEntityTooLarge', status: 413, bodiless: true },
  },
  InternalFailure: {
    json: {
      code: 'InternalFailure',
      status: 500,
      message: 'The request processing has failed because of an unknown error, exception or failure.',
    },
    query: {
      code: 'InternalFailure',
      status: 500,
      message: 'The request processing has failed because of an unknown error, exception or failure.',
    },
  },
  ServiceUnavailable: {
    json: {
      code: 'ServiceUnavailable',
      status: 503,
      message: 'The request has failed due to a temporary failure of the server.',
    },
    query: {
      code: 'ServiceUnavailable',
      status: 503,
      message: 'The request has failed due to a temporary failure of the server.',
    },
  },
};

/** Services that say some of them differently, whatever the protocol. */
export const serviceFaults: Readonly<
  Record<string, Readonly<Partial<Record<CommonFaultCode, Partial<CommonFaultRow>>>>>
> = {
  cloudhsmv2: { ValidationError: { code: 'CloudHsmInvalidRequestException' } },
  codebuild: { ValidationError: { code: 'InvalidInputException' } },
  'cognito-idp': { ValidationError: { code: 'InvalidParameterException' } },
  fms: { ValidationError: { code: 'InvalidInputException' } },
  kms: {
    Throttling: {
      message: 'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
    },
  },
  logs: { ValidationError: { code: 'InvalidParameterException' } },
  organizations: { ValidationError: { code: 'InvalidInputException' } },
  shield: { ValidationError: { code: 'InvalidParameterException' } },
  sns: { AccessDenied: { code: 'AuthorizationError' } },
};
