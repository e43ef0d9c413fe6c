import type { KeyObject } from 'node:crypto';
import type { Config } from '../config.ts';
import { proofHeader, provenMessage } from '../operator-routes.ts';
import { ConfigError } from '../setting-values.ts';
import type { Barrier } from '../store/barrier.ts';
import { openStored } from '../store/stored.ts';
import { askServer, parseAnswer } from './ask-server.ts';

/**
 * Who may ask a running server what only whoever has the root key may: made once, for any number of questions.
 *
 * @throws {CannotOpenStore} no store at the configured place, or another root key
 */
export const operatorOf = async (config: Config, rootKey: KeyObject): Promise<Operator> => {
  const { snapshot, barrier } = await openStored(config.database ?? config.data, rootKey);
  await snapshot.close();
  return { ask: (method, path, body) => askAs(barrier, config, method, path, body) };
};

/** Asks a running server with a proof. */
export interface Operator {
  /**
   * @returns the answer's JSON
   * @throws {ConfigError} nobody answers there, or the server refuses
   */
  ask<T extends object>(method: 'GET' | 'POST', path: string, body?: string): Promise<T>;
}

const askAs = async <T extends object>(
  barrier: Barrier,
  config: Config,
  method: 'GET' | 'POST',
  path: string,
  body = '',
): Promise<T> => {
  const ms = Date.now();
  const proof = barrier.operatorProof(provenMessage(method, path, ms, Buffer.from(body))).toString('hex');
  const { status, text } = await askServer(config, method, path, body, { [proofHeader]: `${ms}:${proof}` });
  const answer = parseAnswer<T & { readonly message?: string }>(config, text);
  if (status >= 300) throw new ConfigError(`the server on port ${config.port} refuses: ${answer.message}`);
  return answer;
};
