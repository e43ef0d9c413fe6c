import type { Config } from '../config.ts';
import { type Answer, probe } from './probe.ts';
import { obstacleOf, obstacleText, stranger } from './reaching.ts';

/** `bulwark status`: for health checks of containers and people. Prints how the server is doing, as JSON; exits with 1 when it is not ready. */
export const statusCommand = async (config: Config): Promise<void> => {
  const { ready, text } = await ask(config).catch((error: Error) => notReady(obstacleText(obstacleOf(config, error))));
  if (!ready) process.exitCode = 1;
  process.stdout.write(`${text}\n`);
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
  if (full.status === 200 && 'status' in full.said)
    return { ready: full.said.status === 'ready', text: JSON.stringify(full.said, undefined, 2) };
  const health = await probe(config, '/_bulwark/health');
  return states[String(health.said.status)]?.(health, config) ?? notReady(obstacleText(stranger(config)));
};

/** What to say of each state that health knows. */
const states: Readonly<Record<string, (health: Answer, config: Config) => Answered>> = {
  ready: ({ text }) => ({ ready: true, text: text.trimEnd() }),
  unavailable: ({ said }) => notReady(String(said.reason)),
  sealed: ({ said: { asks, given, needed } }, { port }) => {
    const wanted = asks === 'share' ? `${given} of ${needed} shares are given` : 'it waits for its passphrase';
    return {
      ready: false,
      text: `sealed: ${wanted}. "bulwark unseal --port ${port}" on this machine takes ${asks === 'share' ? 'the next share' : 'it'}; until then no request is served.`,
    };
  },
};
