import { type Fault, fault } from '../kernel/fault.ts';

/** The parsed `Credential` of a signature: who signed, and the scope that the signing key was derived for. */
export interface CredentialScope {
  readonly accessKeyId: string;
  /** `YYYYMMDD` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly terminator: string;
  /** `date/region/service/terminator`, third line of the string to sign. */
  readonly text: string;
}

/** What a scope is held to. */
export interface ScopeRules {
  /** Signing name of the claimed service, e.g. `kms`. */
  readonly service: string;
  acceptsRegion(region: string): boolean;
}

/**
 * Parses `keyid/date/region/service/term`. Results are shared: a client sends the same credential all day.
 *
 * @returns undefined when there are not exactly five elements
 */
export const findScope = (credential: string): CredentialScope | undefined => {
  const known = parsed.get(credential);
  if (known) return known;
  const elements = credential.split('/', 7);
  const [accessKeyId, date, region, service, terminator] = elements;
  if (elements.length !== 5 || !accessKeyId || !date || !region || !service || !terminator) return undefined;
  const text = credential.slice(accessKeyId.length + 1);
  const scope = { accessKeyId, date, region, service, terminator, text };
  if (credential.length <= longestRemembered) {
    if (parsed.size >= mostRemembered) parsed.clear();
    parsed.set(credential, scope);
  }
  return scope;
};

/** As {@link findScope}. @throws {Fault} IncompleteSignature */
export const parseCredential = (credential: string): CredentialScope => {
  const scope = findScope(credential);
  if (scope) return scope;
  throw fault(
    'IncompleteSignature',
    `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
  );
};

const parsed = new Map<string, CredentialScope>();
const mostRemembered = 2048;
const longestRemembered = 256;

/**
 * Holds a scope to the claimed service, an accepted region, the terminator and the request's date; the sentences of all
 * that is wrong stand in one message, in this order.
 *
 * @param timestamp the request's time as `YYYYMMDDTHHMMSSZ`; undefined (no valid date was sent): the date is not compared
 * @returns SignatureDoesNotMatch, or undefined when the scope fits
 */
export const scopeFault = (
  scope: CredentialScope,
  rules: ScopeRules,
  timestamp: string | undefined,
): Fault | undefined => {
  const regionFits = rules.acceptsRegion(scope.region);
  const dateFits = timestamp === undefined || (timestamp.startsWith(scope.date) && scope.date.length === 8);
  if (regionFits && dateFits && scope.service === rules.service && scope.terminator === 'aws4_request')
    return undefined;
  let message = '';
  if (!regionFits) message += 'Credential should be scoped to a valid region. ';
  if (scope.service !== rules.service) {
    message += `Credential should be scoped to correct service: '${rules.service}'. `;
  }
  if (scope.terminator !== 'aws4_request') {
    message += `Credential should be scoped with a valid terminator: 'aws4_request', not '${scope.terminator}'. `;
  }
  if (!dateFits) {
    message += `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scope.date}' != '${timestamp.slice(0, 8)}', from '${timestamp}'.`;
  }
  return fault('SignatureDoesNotMatch', message);
};
