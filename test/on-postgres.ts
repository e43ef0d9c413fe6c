import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { noPostgres, PostgresServer } from './postgres-server.ts';

/**
 * Runs the services' tests on a PostgreSQL server of their own, where they otherwise keep their state in memory: `npm run
 * test:postgres`, or with files after it, only these.
 */
if (noPostgres) throw new Error(noPostgres);
const files = process.argv.slice(2);
// What a test file started would run nothing otherwise.
const { NODE_TEST_CONTEXT: _context, ...environment } = process.env;
const postgres = await PostgresServer.start({ settings: ['max_connections=1000'] });
const options = ['--test-concurrency=2', '--test-timeout=600000', '--test-force-exit', '--test-reporter=dot'];
const tests = spawn(
  process.execPath,
  ['--test', ...options, ...(files.length > 0 ? files : ['src/services/**/*.test.ts'])],
  {
    stdio: 'inherit',
    env: { ...environment, BULWARK_TEST_DATABASES: postgres.url('').slice(0, -1) },
  },
);
const [exitCode] = await once(tests, 'exit');
await postgres.remove();
process.exit(exitCode ?? 1);
