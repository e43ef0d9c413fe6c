import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import {
  GetServiceQuotaCommand,
  RequestServiceQuotaIncreaseCommand,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { bulwark } from './bulwark.ts';
import { rootCredentials, SpawnedServer } from './spawned-server.ts';

const data = mkdtempSync(join(tmpdir(), 'bulwark-quotas-'));
after(() => rmSync(data, { recursive: true, force: true }));

describe('bulwark quotas', async () => {
  const server = await SpawnedServer.start({ data });
  after(() => server.stop());
  const client = new ServiceQuotasClient({ endpoint: server.url, region: 'us-east-1', credentials: rootCredentials });
  const quota = { ServiceCode: 'kms', QuotaCode: 'L-32B67F4A' };
  const ask = async (DesiredValue: number): Promise<string> =>
    (await client.send(new RequestServiceQuotaIncreaseCommand({ ...quota, DesiredValue }))).RequestedQuota!.Id!;
  const quotas = (...args: string[]) => bulwark('quotas', ...args, '--data', data, '--port', String(server.port));
  const inForce = async () => (await client.send(new GetServiceQuotaCommand(quota))).Quota?.Value;

  it('lists what waits, approves it and puts it in force', async () => {
    const id = await ask(50);
    assert.match((await quotas('list')).stdout, new RegExp(`^${id} {2}PENDING {2}kms/L-32B67F4A to 50 `));
    const { stdout, stderr } = await quotas('approve', id);
    assert.match(stdout, /APPROVED/, stderr);
    assert.equal(await inForce(), 50);
    assert.match((await quotas('list')).stdout, /No request for a higher quota waits/);
  });

  it('denies, and then says that it is decided', async () => {
    const id = await ask(60);
    assert.match((await quotas('deny', id)).stdout, /DENIED/);
    assert.equal(await inForce(), 50);
    const { exitCode, stderr } = await quotas('approve', id);
    assert.deepEqual([exitCode, /is DENIED already/.test(stderr)], [2, true]);
  });

  it('says so where there is no such request', async () => {
    assert.match((await quotas('approve', 'abcdef')).stderr, /there is no request abcdef/);
  });

  it('is refused to whoever has not the root key', async () => {
    const answer = await fetch(`${server.url}/_bulwark/quotas`, { method: 'POST', body: '{}' });
    assert.equal(answer.status, 403);
  });
});
