import type { Config } from '../config.ts';
import type { Status } from '../monitoring/status.ts';
import { probe } from './probe.ts';

/** `bulwark status`: for health checks of containers and people. Prints how the server is doing, as JSON; exits with 1 when it is not ready. */
export const statusCommand = async (config: Config): Promise<void> => {
  const { ready, text } = await ask(config).catch((error: Error) => notReady(`${error.message}\n`));
  if (!ready) process.exitCode = 1;
  process.stdout.write(text);
};

interface Answered {
  readonly ready: boolean;
  /** For standard output. */
  readonly text: string;
}

const notReady = (why: string): Answered => ({ ready: false, text: `not ready: ${why}` });

/** Everything where the server tells it, to its own machine; else whether it is ready. */
const ask = async (config: Config): Promise<Answered> => {
  const full = await probe(config, '/_bulwark/status');
  if (full.status === 200) {
    const status = JSON.parse(full.text) as Status;
    return { ready: status.status === 'ready', text: `${JSON.stringify(status, undefined, 2)}\n` };
  }
  const { status, text } = await probe(config, '/_bulwark/health');
  if (status === 200) return { ready: true, text };
  const sealed = sealedSentence(config, text);
  return sealed === undefined ? notReady(`HTTP ${status} ${text}`) : { ready: false, text: sealed };
};

/** What a sealed server waits for; undefined: it is not that. */
const sealedSentence = ({ port }: Config, text: string): string | undefined => {
  try {
    const { status, asks, given, needed } = JSON.parse(text) as Record<string, unknown>;
    if (status !== 'sealed') return undefined;
    const wanted = asks === 'share' ? `${given} of ${needed} shares are given` : 'it waits for its passphrase';
    return `sealed: ${wanted}. "bulwark unseal --port ${port}" on this machine takes ${asks === 'share' ? 'the next share' : 'it'}; until then no request is served.\n`;
  } catch {
    return undefined;
  }
};
