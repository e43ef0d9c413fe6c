/**
 * The values of keys that one request has in several spellings, such as the tags `team` and `TEAM`: condition keys compare
 * without case. When unsure, deny: a condition of an Allow has to hold for all of them, one of a Deny for any.
 */
export class Spellings extends Array<string> {}

/**
 * The request context: the value of a condition key, computed when a policy asks.
 *
 * @param key lowercased condition key, e.g. `aws:sourceip` or `kms:encryptioncontext:dept`
 * @returns a list for multivalued keys (an empty one counts as absent); undefined where the request has no such key
 */
export type ContextLookup = (key: string) => string | readonly string[] | undefined;
