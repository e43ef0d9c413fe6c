import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { ConfigError } from '../setting-values.ts';
import { askServer, parseAnswer } from './ask-server.ts';
import { probe } from './probe.ts';
import { askSecret } from './secret-input.ts';

interface Progress {
  readonly status?: 'sealed' | 'unsealed' | 'ready';
  readonly asks?: 'passphrase' | 'share';
  readonly given?: number;
  readonly needed?: number;
  readonly message?: string;
}

/** `bulwark unseal`: gives a waiting server the passphrase, or one more share, from the terminal or standard input. */
export const unsealCommand = async (config: Config): Promise<void> => {
  const before = await progressOf(config, 'GET');
  if (before.asks === undefined) {
    process.stdout.write('The server is not sealed.\n');
    return;
  }
  if (before.message !== undefined) throw new ConfigError(before.message);
  const secret = await askSecret(
    before.asks === 'share' ? `Share (${before.given} of ${before.needed} given)` : 'Passphrase',
  );
  const after = await progressOf(config, 'POST', JSON.stringify({ [before.asks]: secret }));
  if (after.message !== undefined) throw new ConfigError(after.message);
  if (after.status !== 'unsealed') {
    process.stdout.write(`${after.given} of ${after.needed} shares given\n`);
    return;
  }
  await untilReady(config);
  process.stdout.write('unsealed\n');
};

const readyWithinMs = 60_000;
/** How long nobody may listen until the server is given up. */
const goneAfterMs = 10_000;
const askEveryMs = 25;

/** The server that waited lets go of its port, and the one that has the keys takes it. @throws {ConfigError} it does not */
const untilReady = async (config: Config): Promise<void> => {
  const until = Date.now() + readyWithinMs;
  for (let goneAt = Date.now() + goneAfterMs; Date.now() < Math.min(until, goneAt); await pause(askEveryMs)) {
    const answer = await probe(config, '/_bulwark/health').catch(() => undefined);
    if (answer?.status === 200) return;
    if (answer) goneAt = Date.now() + goneAfterMs;
  }
  throw new ConfigError('the seal was opened, and the server does not become ready: its own output says why');
};

const progressOf = async (config: Config, method: 'GET' | 'POST', body = ''): Promise<Progress> => {
  const { status, text } = await askServer(config, method, '/_bulwark/unseal', body);
  return status === 404 ? {} : parseAnswer<Progress>(config, text);
};
