import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '../../store/open.ts';
import { type Store, StoreUnavailable } from '../../store/store.ts';
import { ServiceUses } from './service-uses.ts';

const at = (second: number): Date => new Date(Date.UTC(2026, 10, 22, 10, 0, second));

test('what the disk refused is not forgotten, whatever else was used meanwhile', async () => {
  const store = await openStore({ data: ':memory:' });
  const refused = Promise.withResolvers<never>();
  const full = { transact: () => refused.promise } as Pick<Store, 'transact'>;
  const uses = new ServiceUses(full as Store);
  uses.note('AIDAEXAMPLE', at(1), 'us-east-1', 'kms');
  uses.note('AIDAEXAMPLE', at(2), 'us-east-1', 'sts');
  const flushing = uses.flush();
  uses.note('AIDAEXAMPLE', at(3), 'eu-west-2', 'sts');
  uses.note('AIDAEXAMPLE', at(4), 'us-east-1', 'ssm');
  refused.reject(new StoreUnavailable('no space left'));
  await assert.rejects(flushing, StoreUnavailable);
  const listed = await store.transact((tx) => uses.list(tx, 'AIDAEXAMPLE'));
  assert.deepEqual(
    listed.map(({ service, at, region }) => [service, at, region]),
    [
      ['kms', '2026-11-22T10:00:01Z', 'us-east-1'],
      ['ssm', '2026-11-22T10:00:04Z', 'us-east-1'],
      ['sts', '2026-11-22T10:00:03Z', 'eu-west-2'],
    ],
  );
  await store.close();
});
