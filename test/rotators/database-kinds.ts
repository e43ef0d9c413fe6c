import { Client } from 'pg';
import { type DatabaseSecret, type Engine, LoginRefused } from '../../src/rotators/engines/engine.ts';
import { mysql } from '../../src/rotators/engines/mysql.ts';
import { MysqlConnection } from '../../src/rotators/engines/mysql-connection.ts';
import { postgres } from '../../src/rotators/engines/postgres.ts';
import { noPostgres } from '../postgres-server.ts';
import { type Database, noMariadb, passwords, startMariadb, startPostgres } from './databases.ts';

/** A kind of database that secrets are rotated of. */
export interface DatabaseKind {
  readonly title: string;
  /** What the names of its rotators begin with. */
  readonly rotators: string;
  readonly engineName: string;
  readonly engine: Engine;
  /** Why there is none to test with; false where there is. */
  readonly skip: string | false;
  start(): Promise<Database>;
  /** Logs in and does what `app` may do, and nobody whom the administrator gave nothing. */
  use(secret: DatabaseSecret): Promise<void>;
  /** Whether an error says that the credentials are not good. */
  isRefusal(error: Error): boolean;
  /** Runs statements as the administrator. */
  asAdmin(port: number, ...statements: readonly string[]): Promise<void>;
  /** Statements that put the users back to where they began. */
  readonly reset: readonly string[];
  /** Statements after which `app` may read a table. */
  readonly setUp: readonly string[];
}

const admin = (port: number) => ({ host: '127.0.0.1', port, username: 'admin', password: passwords.admin });
const reading = 'SELECT count(*) FROM';

const inPostgres = async (
  { host, port, username: user, password }: Pick<DatabaseSecret, 'host' | 'port' | 'username' | 'password'>,
  statements: readonly string[],
): Promise<void> => {
  const client = new Client({ host, port: port!, user, password, database: 'postgres' });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
};

const inMysql = async (
  secret: Pick<DatabaseSecret, 'host' | 'port' | 'username' | 'password'>,
  statements: readonly string[],
): Promise<void> => {
  const connection = await MysqlConnection.open({ engine: 'mysql', ...secret });
  try {
    for (const statement of statements) await connection.query(statement);
  } finally {
    connection.close();
  }
};

/** PostgreSQL and MariaDB, as the tests start them. */
export const databaseKinds: readonly DatabaseKind[] = [
  {
    title: 'PostgreSQL',
    rotators: 'SecretsManagerRDSPostgreSQLRotation',
    engineName: 'postgres',
    engine: postgres,
    skip: noPostgres,
    start: startPostgres,
    use: (secret) => inPostgres(secret, [`${reading} orders`]),
    isRefusal: (error) => (error as { code?: string }).code === '28P01',
    asAdmin: (port, ...statements) => inPostgres(admin(port), statements),
    reset: ['DROP ROLE IF EXISTS app_clone', `ALTER ROLE app PASSWORD '${passwords.app}'`],
    setUp: ['CREATE TABLE orders (id int)', 'GRANT SELECT ON orders TO app'],
  },
  {
    title: 'MariaDB',
    rotators: 'SecretsManagerRDSMariaDBRotation',
    engineName: 'mariadb',
    engine: mysql,
    skip: noMariadb,
    start: () => startMariadb(),
    use: (secret) => inMysql(secret, [`${reading} shop.orders`]),
    isRefusal: (error) => error instanceof LoginRefused,
    asAdmin: (port, ...statements) => inMysql(admin(port), statements),
    reset: ["DROP USER IF EXISTS app_clone@'%'", `ALTER USER app@'%' IDENTIFIED BY '${passwords.app}'`],
    setUp: ['CREATE TABLE shop.orders (id int)'],
  },
];
