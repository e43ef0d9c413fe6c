/**
 * The request context: the value of a condition key, computed when a policy asks.
 *
 * @param key lowercased condition key, e.g. `aws:sourceip` or `kms:encryptioncontext:dept`
 * @returns a list for multivalued keys (an empty one counts as absent); undefined where the request has no such key
 */
export type ContextLookup = (key: string) => string | readonly string[] | undefined;
