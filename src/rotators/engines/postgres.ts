import type pg from 'pg';
import { answerWithinMs, type Engine, type Login, LoginRefused } from './engine.ts';

/** PostgreSQL, and what speaks its protocol. */
export const postgres: Engine = {
  names: ['postgres', 'postgresql', 'aurora-postgresql'],
  maxUsernameLength: 63,
  login: async ({ host, port = 5432, username: user, password, dbname: database = 'postgres', ssl }) => {
    // Loaded where it is used: it takes some megabytes.
    const { Client } = await import('pg');
    const client = new Client({
      ...{ host, port, user, password, database, connectionTimeoutMillis: answerWithinMs },
      ...{ statement_timeout: answerWithinMs, query_timeout: answerWithinMs, ...(ssl && { ssl: true }) },
    });
    // A connection that breaks later fails the query under way.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('SELECT 1');
    } catch (error) {
      await client.end().catch(() => undefined);
      const refused = /^28/.test((error as { code?: string }).code ?? '');
      throw refused ? new LoginRefused('PostgreSQL refused the login.') : unreachable(error);
    }
    return loginOf(client);
  },
};

const loginOf = (client: pg.Client): Login => {
  const setPassword = (username: string, password: string) =>
    client.query(`ALTER ROLE ${client.escapeIdentifier(username)} WITH PASSWORD ${client.escapeLiteral(password)}`);
  return {
    changeOwnPassword: async (username, password) => void (await setPassword(username, password)),
    makeAlike: async (username, password, model) => {
      const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [username]);
      if (rowCount) return void (await setPassword(username, password));
      const name = client.escapeIdentifier(username);
      await client.query('BEGIN');
      await client.query(`CREATE ROLE ${name} WITH LOGIN PASSWORD ${client.escapeLiteral(password)}`);
      await client.query(`GRANT ${client.escapeIdentifier(model)} TO ${name}`);
      await client.query('COMMIT');
    },
    close: () => client.end(),
  };
};

const unreachable = (cause: unknown): Error =>
  new Error(`PostgreSQL cannot be reached: ${(cause as { code?: string }).code ?? 'no answer'}`, { cause });
