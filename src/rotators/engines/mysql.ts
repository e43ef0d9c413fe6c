import { randomBytes } from '../../crypto/random.ts';
import { type Engine, type Login, requirePlainName } from './engine.ts';
import { MysqlConnection } from './mysql-connection.ts';

/** MySQL and MariaDB. */
export const mysql: Engine = {
  names: ['mysql', 'mariadb', 'aurora-mysql'],
  maxUsernameLength: 32,
  login: async (secret) => {
    const connection = await MysqlConnection.open(secret);
    await connection.query('SELECT 1');
    return loginOf(connection);
  },
};

const loginOf = (connection: MysqlConnection): Login => ({
  changeOwnPassword: async (_username, password) => {
    const [[version = ''] = []] = await connection.query('SELECT VERSION()');
    const value = version?.includes('MariaDB') ? `PASSWORD(${quoted(password)})` : quoted(password);
    await connection.query(`SET PASSWORD = ${value}`);
  },
  makeAlike: async (username, password, model) => {
    const account = accountOf(username);
    // INVARIANT: a user whose password works has its rights. Until then nobody knows its password, so that a crash on the way
    // leaves one that does not log in, and the step is taken again.
    await connection.query(`CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY ${quoted(unknownPassword())}`);
    for (const [grant] of await connection.query(`SHOW GRANTS FOR ${accountOf(model)}`)) {
      const [, rights] = /^(GRANT .+) TO [`'][^`']*[`']@/.exec(grant ?? '') ?? [];
      if (!rights || rights.startsWith('GRANT USAGE ON *.*')) continue;
      const more = /WITH GRANT OPTION$/.test(grant!) ? ' WITH GRANT OPTION' : '';
      await connection.query(`${rights} TO ${account}${more}`);
    }
    await connection.query(`ALTER USER ${account} IDENTIFIED BY ${quoted(password)}`);
  },
  close: async () => connection.close(),
});

/** Of every kind of character that a server may ask passwords to have. */
const unknownPassword = (): string => `${randomBytes(16).toString('hex')}.Aa`;

const accountOf = (username: string): string => `'${requirePlainName(username)}'@'%'`;

/** @throws {Error} a password that would need an escape, which means different things in different SQL modes */
const quoted = (password: string): string => {
  if (/['"\\\0]/.test(password)) throw new Error('The password has characters that are not supported.');
  return `'${password}'`;
};
