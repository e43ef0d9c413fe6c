import { queryFaults } from './query.ts';
import type { CommonFaultTable } from './row.ts';

/** REST-XML other than S3: the codes of AWS Query, except for what a path or a document gets wrong. */
export const restXmlFaults: CommonFaultTable = {
  ...queryFaults,
  ValidationError: { code: 'InvalidInput', status: 400 },
  UnknownOperation: { code: 'UnknownOperationException', status: 404 },
  MissingAction: { code: 'UnknownOperationException', status: 404 },
  Serialization: { code: 'MalformedInput', status: 400 },
  MalformedQueryString: { code: 'MalformedInput', status: 400 },
};
