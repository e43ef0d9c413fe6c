/**
 * Errors that any operation of any service may answer, by the kernel's own name for them. The kernel throws
 * `fault('AccessDenied', …)`; each protocol and service says it in its own words (`wire/protocols/common-faults.ts`).
 */
export type CommonFaultCode =
  | 'AccessDenied'
  /** A broken required, length, range, pattern or enum constraint. */
  | 'ValidationError'
  | 'Throttling'
  | 'MissingAuthenticationToken'
  | 'IncompleteSignature'
  /** Unknown access key, or a session token that does not belong to it. */
  | 'InvalidClientTokenId'
  | 'SignatureDoesNotMatch'
  | 'ExpiredToken'
  | 'UnknownOperation'
  /** The request names no operation. */
  | 'MissingAction'
  /** The body is not what the protocol demands, or a value has the wrong type. */
  | 'Serialization'
  /** The form has a duplicate parameter or one without `=` (Query). */
  | 'MalformedQueryString'
  | 'RequestEntityTooLarge'
  | 'InternalFailure'
  | 'ServiceUnavailable';
