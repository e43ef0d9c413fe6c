import { readFileSync } from 'node:fs';
import { serveAgent } from '../agent/agent.ts';
import { AwsClient } from '../client/aws-client.ts';
import { readAwsSettings } from '../client/aws-settings.ts';
import { ClientError } from '../client/client-error.ts';
import type { Config } from '../config.ts';
import { authorizationToken } from '../metadata/authorization-token.ts';
import { integer } from '../setting-values.ts';
import type { Texts } from './command-row.ts';

/** `bulwark agent`: secrets and parameters for programs on this machine, from a cache, until a signal. */
export const agentCommand = async (_config: Config, flags: Texts, environment: Texts): Promise<void> => {
  const isOff = environment.PARAMETERS_SECRETS_EXTENSION_CACHE_ENABLED?.toLowerCase() === 'false';
  const agent = await serveAgent({
    client: new AwsClient(readAwsSettings(flags, environment), 'bulwark-agent', attempts),
    port: integer('port', flags.port ?? '2773', 0, 65_535),
    token: flags['token-file'] ? authorizationToken(flags['token-file']) : tokenOf(environment),
    secretTtlMs: integer('secret-ttl', flags['secret-ttl'] ?? '300', 0, 3600) * 1000,
    parameterTtlMs: integer('parameter-ttl', flags['parameter-ttl'] ?? '300', 0, 3600) * 1000,
    cacheSize: isOff ? 0 : integer('cache-size', flags['cache-size'] ?? '1000', 0, 1000),
    maxConnections: integer('max-connections', flags['max-connections'] ?? '800', 1, 1000),
    log: (line) => process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), ...line })}\n`),
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void agent.close().then(() => process.exit(0)));
  }
  process.stdout.write(`# secrets and parameters for this machine\nhttp://localhost:${agent.port}\n`);
};

/** Whoever asks the agent waits meanwhile, and may get an older value instead. */
const attempts = 3;

/** Variables that may hold the token, the first one that is set. */
const tokenVariables = ['AWS_TOKEN', 'AWS_SESSION_TOKEN', 'AWS_CONTAINER_AUTHORIZATION_TOKEN'];

/** @throws {ClientError} none is set */
const tokenOf = (environment: Texts): string => {
  const found = tokenVariables.map((name) => environment[name]).find(Boolean);
  if (!found) throw new ClientError(`give --token-file, or set ${tokenVariables.join(' or ')}`);
  return found.startsWith('file://') ? readFileSync(found.slice('file://'.length), 'utf8').trim() : found;
};
