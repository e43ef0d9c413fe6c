/**
 * `node bench/derived-keys.ts [calls]`: two million Encrypt calls under one key, and whether any two of their ciphertexts
 * were made under one pair of AES key and IV. Calls go through the whole pipeline: policies, journal, durable store.
 */
import { createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUuid } from '../src/crypto/random.ts';
import type { Caller } from '../src/kernel/caller.ts';
import { OffsetClock } from '../src/kernel/clock.ts';
import { Pipeline } from '../src/kernel/pipeline.ts';
import { servicesOn } from '../src/service-set.ts';
import { openStore } from '../src/store/open.ts';
import { deriveMessageKey, deriveSealingKey, parseBlob } from './ciphertext-format.ts';

/** What was found. */
export interface Proof {
  readonly calls: number;
  /** Pairs of AES key and IV that were used; as many as calls, or one was used twice. */
  readonly pairs: number;
  /** Ciphertexts that were decrypted with their pair by AES-256-GCM alone: the pairs are those that were used. */
  readonly decrypted: number;
  readonly seconds: number;
}

const account = '111122223333';
const region = 'eu-west-2';
const id = '1234abcd-12ab-34cd-56ef-1234567890ab';
const atOnce = 256;
/** One in so many is decrypted. */
const sample = 97;
const plaintext = Buffer.from('the same each time');

/** Encrypts one plaintext under one key so many times, and collects what it was encrypted with. */
export const encryptOften = async (calls: number): Promise<Proof> => {
  const directory = mkdtempSync(join(tmpdir(), 'bulwark-derived-keys-'));
  const store = await openStore({ data: join(directory, 'data') });
  const { identity, keys, all } = servicesOn(store);
  const raw = randomBytes(32);
  await store.transact((tx) => {
    identity.seedAccount(tx, account, new Date());
    keys.seedKey(tx, { account, region, id, material: raw, aliases: [], tags: {}, replicas: [] }, new Date());
  });
  const { identities } = identity;
  const report = (error: unknown): void => {
    throw error;
  };
  const pipeline = new Pipeline({ store, clock: new OffsetClock(), identities, services: all, report });
  const caller: Caller = { kind: 'root', account, arn: `arn:aws:iam::${account}:root`, userId: account };
  const encrypt = async (): Promise<Buffer> => {
    const outcome = await pipeline.run({
      service: 'kms',
      operation: 'Encrypt',
      region,
      requestId: randomUuid(),
      origin: { sourceIp: '192.0.2.1', userAgent: 'bench', secure: false },
      authenticate: () => caller,
      decode: () => ({ KeyId: id, Plaintext: plaintext }),
    });
    if (outcome.fault) throw outcome.fault;
    return Buffer.from((outcome.output as { CiphertextBlob: Uint8Array }).CiphertextBlob);
  };

  const sealingKey = deriveSealingKey(createSecretKey(raw));
  const pairs = new Set<string>();
  let decrypted = 0;
  const began = performance.now();
  for (let done = 0; done < calls; ) {
    const blobs = await Promise.all(Array.from({ length: Math.min(atOnce, calls - done) }, encrypt));
    for (const blob of blobs) {
      const { header, nonce, ciphertext, tag } = parseBlob(blob);
      const key = deriveMessageKey(sealingKey, nonce);
      const iv = nonce.subarray(12);
      // Half of the key is enough: pairs differ where their parts do.
      pairs.add(key.toString('latin1', 0, 16) + iv.toString('latin1'));
      if (done++ % sample !== 0) continue;
      const decipher = createDecipheriv('aes-256-gcm', createSecretKey(key), iv)
        .setAAD(Buffer.concat([header, Buffer.alloc(4)]))
        .setAuthTag(tag);
      const opened = Buffer.concat([decipher.update(ciphertext), decipher.final()]);
      if (!opened.equals(plaintext)) throw new Error('a ciphertext is of another plaintext');
      decrypted++;
    }
  }
  const seconds = (performance.now() - began) / 1000;
  await store.close();
  rmSync(directory, { recursive: true });
  return { calls, pairs: pairs.size, decrypted, seconds };
};

if (import.meta.main) {
  const { calls, pairs, decrypted, seconds } = await encryptOften(Number(process.argv[2] ?? 2_000_000));
  console.log(
    `${calls} Encrypt calls under one key in ${seconds.toFixed(0)} s: ${pairs} pairs of AES key and IV, ${calls - pairs} used again; ${decrypted} ciphertexts decrypted with theirs`,
  );
  if (pairs !== calls) process.exitCode = 1;
}
