import { HsmError, type HsmProblem } from './hsm-error.ts';

/** What PKCS#11's return values mean to whoever asked. @see PKCS#11 v2.40 base specification §5.1 */
const meanings: readonly (readonly [pattern: RegExp, problem: HsmProblem])[] = [
  [/CKR_PIN_(INCORRECT|INVALID|LEN_RANGE)/, 'credentials'],
  [/CKR_PIN_(LOCKED|EXPIRED)/, 'locked'],
  [/CKR_USER_PIN_NOT_INITIALIZED/, 'no-user'],
  [/CKR_USER_(ANOTHER_ALREADY_LOGGED_IN|TOO_MANY_TYPES)/, 'logged-in'],
  [/CKR_TOKEN_(NOT_PRESENT|NOT_RECOGNIZED)/, 'no-token'],
  [/CKR_(ENCRYPTED_DATA_\w+|AEAD_DECRYPT_FAILED|WRAPPED_KEY_\w+|DATA_INVALID)/, 'altered'],
];

/** What went wrong, by what a library call threw. */
export const problemOf = (error: unknown): HsmProblem =>
  error instanceof HsmError
    ? error.problem
    : (meanings.find(([pattern]) => pattern.test(String(error)))?.[1] ?? 'lost');
