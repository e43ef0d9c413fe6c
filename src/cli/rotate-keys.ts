import type { KeyObject } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Config, ConfigError } from '../config.ts';
import { proofHeader, provenMessage } from '../operator-routes.ts';
import { isSealMethod } from '../seal/methods.ts';
import { keepRootKey, sealStatus } from '../seal/seal.ts';
import type { Barrier } from '../store/barrier.ts';
import { changeRootKey } from '../store/change-root-key.ts';
import { openStore } from '../store/open.ts';
import { CannotOpenStore, type RotationProgress, type Store } from '../store/store.ts';
import { openStored } from '../store/stored.ts';
import { askServer } from './ask-server.ts';
import { newSeal } from './init.ts';
import { unsealHere } from './unseal-here.ts';

const path = '/_bulwark/rotate-keys';
const askEveryMs = 500;

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
  await changeRootKey(config.data, rootKey, async (newRootKey, directory) => {
    const keep = await keepRootKey(directory, newRootKey, seal);
    // Shares have to reach their keepers before the old root key is gone.
    process.stdout.write(`${keep.join('\n')}\n`);
  });
  process.stdout.write(
    `The root key of ${config.data} is a new one; no copy of the old one, or of its seal, opens it.\n`,
  );
};

const openUnlessInUse = async ({ data }: Config, rootKey: KeyObject): Promise<Store | undefined> => {
  try {
    return await openStore({ data, rootKey });
  } catch (error) {
    if (error instanceof CannotOpenStore && /another Bulwark is using/.test(error.message)) return undefined;
    throw error;
  }
};

const rotateHere = async (store: Store): Promise<RotationProgress> => {
  try {
    const { rotation } = store;
    if ((await rotation.progress())?.state === 'running') await rotation.resume();
    else await rotation.start();
    const shown = setInterval(async () => show(await rotation.progress()), askEveryMs);
    await rotation.finished;
    clearInterval(shown);
    return (await rotation.progress())!;
  } finally {
    await store.close();
  }
};

const rotateThere = async (config: Config, rootKey: KeyObject): Promise<RotationProgress> => {
  const { barrier, snapshot } = await openStored(config.data, rootKey);
  await snapshot.close();
  let progress = await ask(config, barrier, 'POST');
  while (progress.state === 'running') {
    show(progress);
    await pause(askEveryMs);
    progress = await ask(config, barrier, 'GET');
  }
  return progress;
};

const ask = async (config: Config, barrier: Barrier, method: 'GET' | 'POST'): Promise<RotationProgress> => {
  const ms = Date.now();
  const proof = barrier.operatorProof(provenMessage(method, path, ms)).toString('hex');
  const { status, text } = await askServer(config, method, path, '', { [proofHeader]: `${ms}:${proof}` });
  const body = JSON.parse(text) as RotationProgress & { readonly message?: string };
  if (status >= 300) throw new ConfigError(`the server on port ${config.port} refuses: ${body.message}`);
  return body;
};

const show = (progress: RotationProgress | undefined): void => {
  if (progress) process.stderr.write(`${progress.seen} records seen, ${progress.resealed} sealed anew\n`);
};
