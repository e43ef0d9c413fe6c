import { CannotOpenStore } from '../store.ts';

const nameTheCa =
  'name the CA of the server in the URL (sslrootcert=/path/ca.pem), and the server as its certificate does';

/** What the operator does about a refusal, by its SQLSTATE (PostgreSQL, appendix A) or the code of OpenSSL and Node. */
const remedies: Readonly<Record<string, string>> = {
  '25006': 'Bulwark writes: name the primary server, and leave default_transaction_read_only off for its role',
  '28P01': 'give the password of the role in ~/.pgpass, PGPASSWORD or BULWARK_DATA',
  '3D000': 'make the database first, owned by the role of Bulwark',
  '42501': 'make the role of Bulwark the owner of the database, or grant it what docs/clusters.md lists',
  '42703': 'its tables bulwark_… are not those of Bulwark: name another database',
  '53300': 'every process that serves needs two connections: raise CONNECTION LIMIT of the role, or max_connections',
  DEPTH_ZERO_SELF_SIGNED_CERT: nameTheCa,
  SELF_SIGNED_CERT_IN_CHAIN: nameTheCa,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: nameTheCa,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: nameTheCa,
  ERR_TLS_CERT_ALTNAME_INVALID: nameTheCa,
};

/** Why the database refused, and what to do about it where that is known: one line, each reason once. */
export const refusalOf = (error: unknown): string => {
  const reason = reasonOf(error);
  const remedy = remedies[codeOf(error) ?? ''];
  return remedy === undefined ? reason : `${reason}; ${remedy}`;
};

/** As {@link refusalOf}, of an attempt to open the store. */
export const cannotUse = (error: unknown): CannotOpenStore =>
  error instanceof CannotOpenStore
    ? error
    : new CannotOpenStore(`the database cannot be used: ${refusalOf(error)}`, { cause: error });

/** The driver's sentence for a role that needs a password and was given none. */
const noPassword = /client password must be a string/;

/** What an error says, on one line. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (noPassword.test(error.message))
    return 'the server asks for a password: give it in ~/.pgpass, PGPASSWORD or BULWARK_DATA';
  // One attempt for each address of a host; what says it all is the first.
  if (error instanceof AggregateError && error.message === '') return reasonOf(error.errors[0]);
  return error.message.replace(/\s*\n\s*/g, ' ');
};

const codeOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf(error.cause);
};
