/**
 * The third part of `npm run bench`, or `node bench/secrets.ts` alone: what reading parameters and secrets costs in the server
 * that `npm run build` made, each checked, decrypted under KMS and journalled, beside moto's, which does none of it.
 * `--seconds N` per measurement.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { loadModel } from '../src/model/model.ts';
import { sign } from '../src/testing/sign.ts';
import { argument, credentials, region, startOn } from './asking.ts';
import { drive, type LoadResult } from './load.ts';
import { installed, type Measured, startProcess } from './processes.ts';

const seconds = Number(argument('--seconds') ?? 4);
const connections = 8;
const host = '127.0.0.1';
const motoPort = 14_563;
/** Parameters below one path, and secrets. */
const count = 50;

interface Reading {
  readonly name: string;
  readonly service: 'ssm' | 'secretsmanager';
  readonly operation: string;
  readonly inputOf: (n: number) => object;
}

const readings: readonly Reading[] = [
  {
    name: 'GetParameter, String',
    service: 'ssm',
    operation: 'GetParameter',
    inputOf: (n) => ({ Name: `/bench/text/p${n}` }),
  },
  {
    name: 'GetParameter, SecureString, decrypted',
    service: 'ssm',
    operation: 'GetParameter',
    inputOf: (n) => ({ Name: `/bench/secret/p${n}`, WithDecryption: true }),
  },
  {
    name: 'GetParametersByPath, 10 Strings',
    service: 'ssm',
    operation: 'GetParametersByPath',
    inputOf: () => ({ Path: '/bench/text' }),
  },
  {
    name: 'GetParametersByPath, 10 decrypted',
    service: 'ssm',
    operation: 'GetParametersByPath',
    inputOf: () => ({ Path: '/bench/secret', WithDecryption: true }),
  },
  {
    name: 'GetSecretValue',
    service: 'secretsmanager',
    operation: 'GetSecretValue',
    inputOf: (n) => ({ SecretId: `bench/s${n}` }),
  },
];

/** Makes what is read, the same on every server. */
const arrange = async (port: number): Promise<void> => {
  const endpoint = { endpoint: `http://${host}:${port}`, region, credentials };
  const [ssm, secrets] = [new SSMClient(endpoint), new SecretsManagerClient(endpoint)];
  for (let n = 0; n < count; n++) {
    const Value = `value of 24 bytes: ${n}`.padEnd(24);
    await ssm.send(new PutParameterCommand({ Name: `/bench/text/p${n}`, Value, Type: 'String' }));
    await ssm.send(new PutParameterCommand({ Name: `/bench/secret/p${n}`, Value, Type: 'SecureString' }));
    await secrets.send(new CreateSecretCommand({ Name: `bench/s${n}`, SecretString: Value }));
  }
  ssm.destroy();
  secrets.destroy();
};

/** One request for each thing that is read, signed beforehand. */
const requestsOf = (port: number, { service, operation, inputOf }: Reading): readonly Buffer[] => {
  const { targetPrefix, signingName } = loadModel(service);
  return Array.from({ length: count }, (_, n) => {
    const body = JSON.stringify(inputOf(n));
    const headers = {
      host: `${host}:${port}`,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `${targetPrefix}.${operation}`,
    };
    const signed = sign({ method: 'POST', path: '/', headers, body }, credentials, { region, service: signingName });
    const all = { ...signed, 'content-length': String(Buffer.byteLength(body)), 'user-agent': 'aws-cli/2.31 md/bench' };
    const head = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    return Buffer.from(`POST / HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n${body}`);
  });
};

interface Cost {
  readonly load: LoadResult;
  readonly cpuMicroseconds: number;
}

const measure = async (server: Measured, reading: Reading): Promise<Cost> => {
  const { port } = server;
  const requests = requestsOf(port, reading);
  await drive({ port, host, requests, connections, seconds: Math.min(2, seconds) });
  const before = server.cpuSeconds();
  const load = await drive({ port, host, requests, connections, seconds });
  if (load.failures > 0) process.exitCode = 1;
  return { load, cpuMicroseconds: ((server.cpuSeconds() - before) * 1e6) / load.requests };
};

const measureAll = async (server: Measured): Promise<readonly Cost[]> => {
  await arrange(server.port);
  const costs: Cost[] = [];
  for (const reading of readings) costs.push(await measure(server, reading));
  await server.stop();
  return costs;
};

const directory = mkdtempSync(join(tmpdir(), 'bulwark-bench-'));
const ours = await measureAll(await startOn(directory));
rmSync(directory, { recursive: true });
const motos = installed('moto_server')
  ? await measureAll(await startProcess('moto_server', ['-p', String(motoPort)], { port: motoPort }))
  : undefined;

const shown = ({ load, cpuMicroseconds }: Cost): string =>
  `${load.requestsPerSecond.toFixed(0)} | ${load.p50.toFixed(1)} / ${load.p99.toFixed(1)} | ${cpuMicroseconds.toFixed(0)}${load.failures ? ` ${load.failures} FAILED` : ''}`;

console.log(`
| ${connections} connections, one process, enforced, durable | req/s | p50 / p99 ms | server CPU µs/request | moto req/s | p50 / p99 ms | CPU µs/request | moto's CPU ÷ ours |
|---|---|---|---|---|---|---|---|`);
for (const [at, { name }] of readings.entries()) {
  const [own, moto] = [ours[at]!, motos?.[at]];
  const times = moto && (moto.cpuMicroseconds / own.cpuMicroseconds).toFixed(1);
  console.log(`| ${name} | ${shown(own)} | ${moto ? `${shown(moto)} | ${times}` : 'not installed | | |'} |`);
}
