/**
 * What the store costs: commits per second, latency, and CPU of all threads per commit, beside the fsync floor of the
 * same disk in the same run.
 *
 * Usage: node bench/store.ts [directory on the disk to measure]
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUuid } from '../src/crypto/random.ts';
import { formatRecord, recordVersion } from '../src/journal/record.ts';
import { collection } from '../src/store/collection.ts';
import { openStore } from '../src/store/open.ts';
import type { Store } from '../src/store/store.ts';

interface Item {
  readonly arn: string;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
}

const items = collection<Item>('bench.items', { key: ['account', 'id'], indexes: { arn: ({ arn }) => [arn] } });
const secondsPerRun = 2;
const keyId = randomUuid();

/** A journal record as an Encrypt call leaves it. */
const encryptRecord = (): string =>
  formatRecord({
    eventVersion: recordVersion,
    managementEvent: true,
    eventID: randomUuid(),
    eventTime: new Date().toISOString(),
    eventSource: 'kms.amazonaws.com',
    eventName: 'Encrypt',
    awsRegion: 'eu-west-2',
    recipientAccountId: '111122223333',
    userIdentity: {
      type: 'IAMUser',
      principalId: 'AIDACKCEVSQ6C2EXAMPLE',
      arn: 'arn:aws:iam::111122223333:user/alice',
      accountId: '111122223333',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      userName: 'alice',
    },
    sourceIPAddress: '192.0.2.1',
    userAgent: 'aws-sdk-js/3.1162.0 os/linux lang/js md/nodejs#24.21.0 api/kms#3.1162.0',
    requestID: randomUuid(),
    readOnly: true,
    requestParameters: { keyId, encryptionAlgorithm: 'SYMMETRIC_DEFAULT', encryptionContext: { tenant: 'a' } },
    responseElements: null,
    resources: [
      { accountId: '111122223333', type: 'AWS::KMS::Key', ARN: `arn:aws:kms:eu-west-2:111122223333:key/${keyId}` },
    ],
    eventType: 'AwsApiCall',
    eventCategory: 'Management',
  });

/** Work of one transaction. */
const works: Record<string, (store: Store) => Promise<void>> = {
  'text only, no commit': async () => {
    encryptRecord();
    await new Promise(setImmediate);
  },
  'journal record': (store) => {
    const tx = store.begin();
    tx.append(encryptRecord());
    return store.commit(tx);
  },
  'new record, index, journal': (store) => {
    const tx = store.begin();
    const id = randomUuid();
    items.put(tx, ['111122223333', id], { arn: `arn:aws:kms:::key/${id}`, description: 'a key', tags: { a: 'b' } });
    tx.append(encryptRecord());
    return store.commit(tx);
  },
};

const fsyncFloor = (directory: string): number => {
  const file = openSync(join(directory, 'floor'), 'w');
  const times: number[] = [];
  const page = Buffer.alloc(4096, 1);
  for (let n = 0; n < 300; n++) {
    const start = performance.now();
    writeSync(file, page);
    fdatasyncSync(file);
    times.push(performance.now() - start);
  }
  closeSync(file);
  return percentile(times, 50);
};

const percentile = (times: number[], percent: number): number =>
  times.sort((a, b) => a - b)[Math.floor((times.length * percent) / 100)] ?? 0;

const run = async (name: string, data: string, concurrency: number): Promise<void> => {
  const store = await openStore({ data });
  const work = works[name]!;
  const times: number[] = [];
  const client = async (until: number): Promise<void> => {
    while (performance.now() < until) {
      const start = performance.now();
      await work(store);
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, () => client(performance.now() + 300)));
  times.length = 0;
  const head = store.logHead;
  const cpu = process.cpuUsage();
  const started = performance.now();
  await Promise.all(Array.from({ length: concurrency }, () => client(started + secondsPerRun * 1000)));
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await store.close();
  const disk = data === ':memory:' || store.logHead === 0 ? 0 : statSync(join(data, 'bulwark.db')).size / store.logHead;
  console.log(
    [
      name.padEnd(28),
      (data === ':memory:' ? 'memory' : 'sqlite').padEnd(8),
      String(concurrency).padStart(4),
      String(Math.round(times.length / seconds)).padStart(9),
      ((user + system) / times.length).toFixed(1).padStart(9),
      percentile(times, 50).toFixed(2).padStart(8),
      percentile(times, 99).toFixed(2).padStart(8),
      disk.toFixed(0).padStart(8),
      String(store.logHead - head).padStart(9),
    ].join(' '),
  );
};

const root = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'bulwark-bench-'));
try {
  console.log(
    `fdatasync of one page: p50 ${fsyncFloor(root).toFixed(3)} ms; a journal record has ${encryptRecord().length} bytes\n`,
  );
  console.log('transaction                  engine   clients commits/s  CPU µs   p50 ms   p99 ms  disk B/rec  records');
  for (const name of Object.keys(works)) {
    for (const concurrency of [1, 32]) {
      for (const memory of [true, false])
        await run(name, memory ? ':memory:' : mkdtempSync(join(root, 'store-')), concurrency);
    }
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}
