import { createSecretKey, randomBytes } from 'node:crypto';
import { after, before } from 'node:test';
import { lockedPostgres } from '../../src/store/engines/postgres.ts';
import { openStore } from '../../src/store/open.ts';
import { noPostgres, PostgresServer } from '../postgres-server.ts';
import { acceptance } from './acceptance.ts';
import { batchAcceptance } from './batches.ts';
import { sharing } from './sharing.ts';

let server: PostgresServer;
before(async () => {
  if (!noPostgres) server = await PostgresServer.start();
});
after(() => server?.remove());

const rootKey = createSecretKey(randomBytes(32));

acceptance('postgres', async () => openStore({ data: await server.newDatabase(), rootKey }), noPostgres);
batchAcceptance('postgres', async () => lockedPostgres(await server.newDatabase()), noPostgres);
sharing(
  'postgres',
  async () => {
    const data = await server.newDatabase();
    return [await openStore({ data, rootKey }), await openStore({ data, rootKey })];
  },
  noPostgres,
);
