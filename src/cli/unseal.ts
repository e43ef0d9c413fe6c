import type { Config } from '../config.ts';
import { ConfigError } from '../setting-values.ts';
import { askServer, parseAnswer } from './ask-server.ts';
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
  const secret = await askSecret(
    before.asks === 'share' ? `Share (${before.given} of ${before.needed} given)` : 'Passphrase',
  );
  const after = await progressOf(config, 'POST', JSON.stringify({ [before.asks]: secret }));
  if (after.message !== undefined) throw new ConfigError(after.message);
  process.stdout.write(after.status === 'unsealed' ? 'unsealed\n' : `${after.given} of ${after.needed} shares given\n`);
};

const progressOf = async (config: Config, method: 'GET' | 'POST', body = ''): Promise<Progress> => {
  const { status, text } = await askServer(config, method, '/_bulwark/unseal', body);
  return status === 404 ? {} : parseAnswer<Progress>(config, text);
};
