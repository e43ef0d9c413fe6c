type Headers = Readonly<Record<string, string | undefined>>;

/** True for the body of a Query request, and of an HTML form. */
export const isForm = (headers: Headers): boolean => hasMediaType(headers, 'application/x-www-form-urlencoded');

/** True for AWS JSON, 1.0 or 1.1. */
export const isAwsJson = (headers: Headers): boolean => hasMediaType(headers, 'application/x-amz-json-1.');

/**
 * True when the Content-Type begins so, in letters of any case (RFC 9110 §8.3.1). Clients write small ones, and nothing is
 * made of those.
 */
const hasMediaType = ({ 'content-type': given }: Headers, beginning: string): boolean =>
  given !== undefined && (given.startsWith(beginning) || given.slice(0, beginning.length).toLowerCase() === beginning);
