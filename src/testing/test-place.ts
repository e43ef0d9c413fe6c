import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

/** Where the state of one test server is kept. */
export interface TestPlace {
  /** What the server is told of it. */
  readonly settings: Readonly<Record<string, string>>;
  /** Undefined: there is none. */
  readonly directory: string | undefined;
  remove(): Promise<void>;
}

/** A PostgreSQL server, e.g. `postgres://bulwark@127.0.0.1:5432`, on which every test server gets a database of its own. */
const databases = process.env.BULWARK_TEST_DATABASES;

/** @param persistent whether there has to be something to come back to */
export const makeTestPlace = async (persistent: boolean): Promise<TestPlace> => {
  if (databases !== undefined) return placeOnPostgres(databases);
  if (!persistent) return { settings: { data: ':memory:' }, directory: undefined, remove: async () => {} };
  const directory = makeDirectory();
  return { settings: { data: directory }, directory, remove: async () => removeDirectory(directory) };
};

const placeOnPostgres = async (server: string): Promise<TestPlace> => {
  const directory = makeDirectory();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await runSql(server, `CREATE DATABASE ${name}`);
  return {
    settings: { data: `${server}/${name}`, 'key-directory': directory },
    directory,
    remove: async () => {
      removeDirectory(directory);
      await runSql(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
};

const runSql = async (server: string, sql: string): Promise<void> => {
  const client = new Client({ connectionString: `${server}/postgres` });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
};

const makeDirectory = (): string => mkdtempSync(join(tmpdir(), 'bulwark-test-'));

const removeDirectory = (directory: string): void => rmSync(directory, { recursive: true, force: true });
