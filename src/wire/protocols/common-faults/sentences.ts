/** Sentences that the JSON and Query families share, word for word. */
export const sentences = {
  invalidToken: 'The security token included in the request is invalid.',
  expiredToken: 'The security token included in the request is expired',
  wrongSignature:
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  internalFailure: 'The request processing has failed because of an unknown error, exception or failure.',
  unavailable: 'The request has failed due to a temporary failure of the server.',
  tooLarge: 'The request body is too large',
  rateExceeded: 'Rate exceeded',
} as const;
