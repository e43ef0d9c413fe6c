/** What a secret of a database says: AWS's form of rotated secrets. */
export interface DatabaseSecret {
  readonly engine: string;
  readonly host: string;
  readonly username: string;
  readonly password: string;
  readonly port?: number;
  readonly dbname?: string;
  /** ARN of the secret of a user that may make others; for alternating users. */
  readonly masterarn?: string;
  readonly ssl?: boolean;
}

/** A logged-in user of a database. */
export interface Login {
  /** Gives the user itself another password. @param before the one that stays good where the engine knows two */
  changeOwnPassword(username: string, password: string, before: string): Promise<void>;
  /** Makes a user that may do what another one may, or gives the one that is there a password. */
  makeAlike(username: string, password: string, model: string): Promise<void>;
  close(): Promise<void>;
}

/** A kind of database. */
export interface Engine {
  /** What secrets call it. */
  readonly names: readonly string[];
  /** Longest name of a user. */
  readonly maxUsernameLength: number;
  /** Logs in and asks something simple. @throws {LoginRefused} @throws {Error} it cannot be reached */
  login(secret: DatabaseSecret): Promise<Login>;
}

/** The database does not take these credentials. */
export class LoginRefused extends Error {}

/** How long a database may take to answer, in milliseconds. */
export const answerWithinMs = 10_000;

/** Names that need no escape in any engine. @throws {Error} another one */
export const requirePlainName = (username: string): string => {
  if (/^[\w.@$-]{1,128}$/.test(username)) return username;
  throw new Error('The name of the user has characters that are not supported.');
};
