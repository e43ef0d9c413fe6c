import type { DescribeSecretCommandOutput, GetSecretValueCommandOutput } from '@aws-sdk/client-secrets-manager';
import { type DatabaseSecret, type Engine, type Login, LoginRefused } from './engines/engine.ts';
import type { Ask } from './rotation-role.ts';
import type { Rotator } from './rotator-names.ts';

/** What Secrets Manager sends a rotation function. */
export interface RotationEvent {
  readonly Step: string;
  /** ARN of the secret. */
  readonly SecretId: string;
  /** Id of the version that is to become current. */
  readonly ClientRequestToken: string;
  /** Shows that the value comes from the function that was called; absent: of an invocation by hand. */
  readonly RotationToken?: string;
}

/**
 * Takes one step of a rotation. Every step may be taken again: what it did before it finds done.
 *
 * @throws {Error} what went wrong, without secrets
 * @see Secrets Manager user guide: "Lambda rotation functions"
 */
export const takeStep = async (rotator: Rotator, event: RotationEvent, ask: Ask): Promise<void> => {
  const step = steps[event.Step];
  if (!step) throw new Error(`There is no step ${event.Step}.`);
  const { VersionIdsToStages = {} } = (await ask('DescribeSecret', {
    SecretId: event.SecretId,
  })) as DescribeSecretCommandOutput;
  const stages = VersionIdsToStages[event.ClientRequestToken];
  if (stages?.includes('AWSCURRENT')) return;
  if (!stages?.includes('AWSPENDING')) throw new Error('The version is not the pending one.');
  await step({ ...rotator, event, ask, current: currentOf(VersionIdsToStages) });
};

interface Rotation extends Rotator {
  readonly event: RotationEvent;
  readonly ask: Ask;
  /** Id of the current version. */
  readonly current: string | undefined;
}

const currentOf = (versions: Readonly<Record<string, readonly string[]>>): string | undefined =>
  Object.keys(versions).find((id) => versions[id]!.includes('AWSCURRENT'));

/** A new password for the user, or for the other one of two. */
const createSecret = async (rotation: Rotation): Promise<void> => {
  const { engine, alternating, event, ask } = rotation;
  if (await findValue(rotation, 'AWSPENDING')) return;
  const current = await valueOfStage(rotation, 'AWSCURRENT');
  const { RandomPassword: password } = (await ask('GetRandomPassword', {
    ExcludeCharacters: `/@"'\\:;%\`$&#<>|`,
  })) as { readonly RandomPassword: string };
  const username = alternating ? alternateOf(current.username, engine) : current.username;
  await ask('PutSecretValue', {
    SecretId: event.SecretId,
    ClientRequestToken: event.ClientRequestToken,
    ...(event.RotationToken !== undefined && { RotationToken: event.RotationToken }),
    SecretString: JSON.stringify({ ...current, username, password }),
    VersionStages: ['AWSPENDING'],
  });
};

/** Gives the database the pending password: unless it works already, by which a step that was interrupted goes on. */
const setSecret = async (rotation: Rotation): Promise<void> => {
  const { engine, alternating } = rotation;
  const pending = await valueOfStage(rotation, 'AWSPENDING');
  if (await logsIn(engine, pending)) return;
  const current = await valueOfStage(rotation, 'AWSCURRENT');
  requireSamePlace(pending, current);
  const expected = alternating ? alternateOf(current.username, engine) : current.username;
  if (pending.username !== expected) throw new Error('The pending secret is about another user.');
  if (alternating) {
    const master = await masterOf(rotation, current);
    return using(await engine.login(master), (login) =>
      login.makeAlike(pending.username, pending.password, current.username),
    );
  }
  const [login, known] = await loginAsSelf(rotation, current);
  await using(login, () => login.changeOwnPassword(pending.username, pending.password, known.password));
};

/** Logs in. */
const testSecret = async (rotation: Rotation): Promise<void> => {
  const login = await rotation.engine.login(await valueOfStage(rotation, 'AWSPENDING'));
  await login.close();
};

const finishSecret = async ({ event, ask, current }: Rotation): Promise<void> => {
  await ask('UpdateSecretVersionStage', {
    SecretId: event.SecretId,
    VersionStage: 'AWSCURRENT',
    MoveToVersionId: event.ClientRequestToken,
    ...(current !== undefined && { RemoveFromVersionId: current }),
  });
};

const steps: Readonly<Record<string, (rotation: Rotation) => Promise<void>>> = {
  createSecret,
  setSecret,
  testSecret,
  finishSecret,
};

const clone = '_clone';

/** The other one of two users. */
const alternateOf = (username: string, { maxUsernameLength }: Engine): string => {
  if (username.endsWith(clone)) return username.slice(0, -clone.length);
  if (username.length + clone.length > maxUsernameLength)
    throw new Error('The name of the user is too long to alternate.');
  return username + clone;
};

/** The user whose password is to be changed; by the password before where somebody has put the current one back. */
const loginAsSelf = async (rotation: Rotation, current: DatabaseSecret): Promise<readonly [Login, DatabaseSecret]> => {
  try {
    return [await rotation.engine.login(current), current];
  } catch (error) {
    if (!(error instanceof LoginRefused)) throw error;
    const previous = await findValue(rotation, 'AWSPREVIOUS');
    if (!previous || previous.username !== current.username) throw error;
    requireSamePlace(previous, current);
    return [await rotation.engine.login(previous), previous];
  }
};

const masterOf = async (rotation: Rotation, current: DatabaseSecret): Promise<DatabaseSecret> => {
  const SecretId = current.masterarn;
  if (SecretId === undefined) throw new Error('The secret names no masterarn.');
  const { SecretString } = (await rotation.ask('GetSecretValue', { SecretId })) as GetSecretValueCommandOutput;
  const master = parse(SecretString, rotation.engine);
  // Credentials of a master go nowhere but to the database that they are for.
  requireSamePlace(master, current);
  return master;
};

const requireSamePlace = (a: DatabaseSecret, b: DatabaseSecret): void => {
  if (a.host === b.host && a.port === b.port) return;
  throw new Error('The secrets are about different hosts.');
};

const logsIn = async (engine: Engine, secret: DatabaseSecret): Promise<boolean> => {
  try {
    await (await engine.login(secret)).close();
    return true;
  } catch (error) {
    if (error instanceof LoginRefused) return false;
    throw error;
  }
};

const using = async (login: Login, work: (login: Login) => Promise<void>): Promise<void> => {
  try {
    await work(login);
  } finally {
    await login.close();
  }
};

const valueOfStage = async (rotation: Rotation, stage: string): Promise<DatabaseSecret> => {
  const value = await findValue(rotation, stage);
  if (!value) throw new Error(`The secret has no value of stage ${stage}.`);
  return value;
};

/** The value of a stage; of AWSPENDING only that of the rotation under way. */
const findValue = async ({ ask, event, engine }: Rotation, stage: string): Promise<DatabaseSecret | undefined> => {
  const version = stage === 'AWSPENDING' ? { VersionId: event.ClientRequestToken } : {};
  try {
    const input = { SecretId: event.SecretId, VersionStage: stage, ...version };
    return parse(((await ask('GetSecretValue', input)) as GetSecretValueCommandOutput).SecretString, engine);
  } catch (error) {
    if (/^GetSecretValue: ResourceNotFoundException/.test((error as Error).message)) return undefined;
    throw error;
  }
};

/** @throws {Error} it is no secret of this engine */
const parse = (text: string | undefined, engine: Engine): DatabaseSecret => {
  const secret = readJson(text ?? '');
  for (const member of ['engine', 'host', 'username', 'password']) {
    if (typeof secret[member] !== 'string') throw new Error(`The secret has no ${member}.`);
  }
  if (!engine.names.includes(String(secret.engine))) throw new Error('The secret is about another engine.');
  const { port, ssl } = secret;
  const place = {
    ...(port !== undefined && { port: Number(port) }),
    ...(ssl !== undefined && { ssl: /^true$/i.test(String(ssl)) }),
  };
  return { ...secret, ...place } as unknown as DatabaseSecret;
};

const readJson = (text: string): Record<string, unknown> => {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    // The parser's message would quote the secret.
    throw new Error('The secret is not JSON.');
  }
};
