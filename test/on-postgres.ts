import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { noPostgres, PostgresServer } from './postgres-server.ts';

/**
 * Runs the services' tests on a PostgreSQL server of their own, where they otherwise keep their state in memory: `npm run
 * test:postgres`, or with files after it, only these.
 */
const allServices = 'src/services/**/*.test.ts';

if (noPostgres) throw new Error(noPostgres);
const patterns = process.argv.slice(2);
const postgres = await PostgresServer.start({ settings: ['max_connections=1000'] });
try {
  const tests = spawn(
    process.execPath,
    ['--test', '--test-force-exit', ...(patterns.length > 0 ? patterns : [allServices])],
    { stdio: 'inherit', env: { ...process.env, BULWARK_TEST_DATABASES: postgres.url('').replace(/\/$/, '') } },
  );
  const [exitCode] = await once(tests, 'exit');
  process.exitCode = exitCode ?? 1;
} finally {
  await postgres.stop();
}
