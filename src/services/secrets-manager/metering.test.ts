import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Metered } from '../../kernel/meter.ts';
import { testServer } from '../../testing/server.ts';
import { secretsMeter } from './metering.ts';

describe('the meter of Secrets Manager', () => {
  it('counts requests, and holds secrets and replicas until they are deleted', async () => {
    const server = await testServer();
    const sm = server.client(SecretsManagerClient);
    const AddReplicaRegions = [{ Region: 'eu-west-1' }];
    const { ARN } = await sm.send(new CreateSecretCommand({ Name: 's', SecretString: 'x', AddReplicaRegions }));
    await sm.send(new GetSecretValueCommand({ SecretId: 's' }));
    const other = await sm.send(new CreateSecretCommand({ Name: 'other' }));
    await sm.send(new DeleteSecretCommand({ SecretId: 'other' }));
    await sm.send(new RestoreSecretCommand({ SecretId: 'other' }));
    const held = new Set<string>();
    let requests = 0;
    const take = (metered: Metered): void => {
      if ('use' in metered) requests++;
      else if ('begin' in metered) held.add(metered.begin);
      else held.delete(metered.end);
    };
    const own = (await server.journal()).filter(({ eventSource }) => eventSource === 'secretsmanager.amazonaws.com');
    for (const record of own) for (const metered of secretsMeter.metered(record, () => ({}))) take(metered);
    assert.equal(requests, 5);
    assert.deepEqual([...held], [ARN, ARN!.replace('us-east-1', 'eu-west-1'), other.ARN]);
  });
});
