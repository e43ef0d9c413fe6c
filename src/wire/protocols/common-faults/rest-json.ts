import { jsonFaults } from './json.ts';
import type { CommonFaultTable } from './row.ts';

/** REST-JSON: the codes of AWS JSON under statuses of their own. @see AWS API references: "Common Errors" */
export const restJsonFaults: CommonFaultTable = {
  ...jsonFaults,
  AccessDenied: { ...jsonFaults.AccessDenied, status: 403 },
  Throttling: { ...jsonFaults.Throttling, status: 429 },
  MissingAuthenticationToken: { ...jsonFaults.MissingAuthenticationToken, status: 403 },
  IncompleteSignature: { ...jsonFaults.IncompleteSignature, status: 403 },
  InvalidClientTokenId: { ...jsonFaults.InvalidClientTokenId, status: 403 },
  SignatureDoesNotMatch: { ...jsonFaults.SignatureDoesNotMatch, status: 403 },
  ExpiredToken: { ...jsonFaults.ExpiredToken, status: 403 },
  UnknownOperation: { ...jsonFaults.UnknownOperation, status: 404 },
  MissingAction: { ...jsonFaults.MissingAction, status: 404 },
};
