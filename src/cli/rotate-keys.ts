import type { KeyObject } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Config, placeOfState } from '../config.ts';
import { randomUuid } from '../crypto/random.ts';
import { Lease } from '../events/lease.ts';
import { isSealMethod } from '../seal/methods.ts';
import { keepRootKey, sealStatus } from '../seal/seal.ts';
import { changeRootKey } from '../store/change-root-key.ts';
import { holdSeal, openStore } from '../store/open.ts';
import { CannotOpenStore, type RotationProgress, type Store } from '../store/store.ts';
import { operatorOf } from './ask-as-operator.ts';
import { newSeal } from './init.ts';
import { say } from './say.ts';
import { storeOf, unsealHere } from './unseal-here.ts';

const path = '/_bulwark/rotate-keys';
const askEveryMs = 500;
/** As the server's own. */
const leaseMs = 6000;

/**
 * `bulwark rotate-keys`: a new KEK and new DEKs, and every record sealed anew, with progress. A running server does it in
 * the background while it serves; without one, this process does. Interrupted, it goes on at the next start.
 */
export const rotateKeysCommand = async (
  config: Config,
  { root }: Readonly<Record<string, string | undefined>>,
): Promise<void> => {
  const rootKey = await unsealHere(config);
  if (root === 'true') return rotateRootKey(config, rootKey);
  const store = await openUnlessInUse(config, rootKey);
  const last = store ? await rotateHere(store) : await rotateThere(config, rootKey);
  process.stdout.write(`${last.seen} records, ${last.resealed} of them sealed anew: done.\n`);
};

/** A new root key under the seal that `--seal` names, else under one like the present. The server must be stopped. */
const rotateRootKey = async (config: Config, rootKey: KeyObject): Promise<void> => {
  const { method } = sealStatus(config.data);
  const chosen = config.seal.method ?? (isSealMethod(method) ? method : undefined);
  const seal = chosen && (await newSeal({ ...config, seal: { ...config.seal, method: chosen } }));
  const { data: directory, database } = config;
  const letGo = holdSeal(directory);
  try {
    await changeRootKey({ directory, database }, rootKey, async (newRootKey, beside) => {
      const keep = await keepRootKey(beside, newRootKey, seal);
      // Shares have to reach their keepers before the old root key is gone.
      await say(`${keep.join('\n')}\n`);
    });
  } finally {
    letGo();
  }
  process.stdout.write(
    `The root key of ${placeOfState(config)} is a new one; no copy of the old one, or of its seal, opens it.\n`,
  );
};

/** A database takes one process more; a directory belongs to the server that runs on it. */
const openUnlessInUse = async (config: Config, rootKey: KeyObject): Promise<Store | undefined> => {
  try {
    return await openStore({ data: storeOf(config), rootKey });
  } catch (error) {
    if (error instanceof CannotOpenStore && /another Bulwark is using/.test(error.message)) return undefined;
    throw error;
  }
};

const rotateHere = async (store: Store): Promise<RotationProgress> => {
  const { rotation } = store;
  try {
    await rotation.resume(
      store.shared ? new Lease({ store, name: 'rotation', holder: randomUuid(), ttlMs: leaseMs }) : undefined,
    );
    await rotation.start();
    for (;;) {
      const progress = await rotation.progress();
      if (progress?.state === 'done') return progress;
      show(progress);
      await pause(askEveryMs);
    }
  } finally {
    rotation.stop();
    await rotation.finished;
    await store.close();
  }
};

const rotateThere = async (config: Config, rootKey: KeyObject): Promise<RotationProgress> => {
  const operator = await operatorOf(config, rootKey);
  let progress = await operator.ask<RotationProgress>('POST', path);
  while (progress.state === 'running') {
    show(progress);
    await pause(askEveryMs);
    progress = await operator.ask<RotationProgress>('GET', path);
  }
  return progress;
};

const show = (progress: RotationProgress | undefined): void => {
  if (progress) process.stderr.write(`${progress.seen} records seen, ${progress.resealed} sealed anew\n`);
};
