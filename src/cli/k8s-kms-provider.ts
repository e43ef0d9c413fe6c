import { readFileSync } from 'node:fs';
import type { Config } from '../config.ts';
import { serveKmsProvider } from '../kubernetes/kms-provider.ts';
import { ConfigError } from '../setting-values.ts';
import type { Texts } from './command-row.ts';

/** `bulwark k8s-kms-provider`: the Kubernetes KMS v2 plugin of one key, until a signal. */
export const k8sKmsProviderCommand = async (_config: Config, flags: Texts, environment: Texts): Promise<void> => {
  const { 'key-id': keyArn = '', socket = '', endpoint, ca, 'encryption-context': context } = flags;
  if (!/^arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)\/.+$/.test(keyArn))
    throw new ConfigError('key-id: expected the ARN of a KMS key or alias');
  if (socket === '') throw new ConfigError('socket: expected the path of a Unix socket');
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = environment;
  if (!accessKeyId || !secretAccessKey)
    throw new ConfigError('set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to a key that may use the KMS key');
  const provider = await serveKmsProvider({
    kms: {
      keyArn,
      accessKeyId,
      secretAccessKey,
      ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
      ...(endpoint && { endpoint }),
      ...(ca && { ca: readFileSync(ca, 'utf8') }),
    },
    encryptionContext: parseContext(context),
    socket,
    report: (message) => process.stderr.write(`bulwark: ${message}\n`),
  }).catch((error: Error) => {
    throw new ConfigError(`socket: ${socket} cannot be made: ${error.message}`);
  });
  process.stdout.write(`# Kubernetes KMS v2 provider of ${keyArn}\nunix://${socket}\n`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void provider.close().then(() => process.exit(0)));
  }
};

/** @param text `cluster=prod,purpose=etcd` */
const parseContext = (text = ''): Readonly<Record<string, string>> => {
  const pairs = text === '' ? [] : text.split(',').map((pair) => pair.split('='));
  if (pairs.some((pair) => pair.length !== 2 || pair.includes('')))
    throw new ConfigError('encryption-context: expected name=value,name=value');
  return Object.fromEntries(pairs);
};
