import type { KeyObject } from 'node:crypto';
import { type Config, ConfigError } from '../config.ts';
import { proofHeader, provenMessage } from '../operator-routes.ts';
import { openStored } from '../store/stored.ts';
import { askServer } from './ask-server.ts';

/**
 * Asks a running server what only whoever has the root key may ask, and proves to have it.
 *
 * @returns the answer's JSON
 * @throws {ConfigError} nobody answers there, or the server refuses
 * @throws {CannotOpenStore} no store at the configured place, or another root key
 */
export const askAsOperator = async <T extends object>(
  config: Config,
  rootKey: KeyObject,
  method: 'GET' | 'POST',
  path: string,
  body = '',
): Promise<T> => {
  const { snapshot, barrier } = await openStored(config.database ?? config.data, rootKey);
  await snapshot.close();
  const ms = Date.now();
  const proof = barrier.operatorProof(provenMessage(method, path, ms)).toString('hex');
  const { status, text } = await askServer(config, method, path, body, { [proofHeader]: `${ms}:${proof}` });
  const answer = JSON.parse(text) as T & { readonly message?: string };
  if (status >= 300) throw new ConfigError(`the server on port ${config.port} refuses: ${answer.message}`);
  return answer;
};
