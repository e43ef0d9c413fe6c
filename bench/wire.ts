/**
 * What the HTTP front costs: CPU of the server process per request, for a bare node:http server that reads the body and
 * answers a constant, and for the front with a constant handler, without and with claim and SigV4 verification.
 *
 *     node bench/wire.ts [seconds]
 */

import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { execPath } from 'node:process';
import type { Caller, Credential } from '../src/kernel/caller.ts';
import type { Invocation, Outcome } from '../src/kernel/invocation.ts';
import type { Transaction } from '../src/store/store.ts';
import { sign } from '../src/testing/sign.ts';
import { createGateway } from '../src/wire/gateway.ts';
import { type Handler, HttpServer } from '../src/wire/http-server.ts';
import { defaultLimits } from '../src/wire/limits.ts';
import { answerBytes } from './answer-bytes.ts';
import { drive } from './load.ts';
import { startProcess } from './processes.ts';

const connections = 32;
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

const serve = async (handler: Handler): Promise<void> => {
  const server = new HttpServer({ handler, limits: defaultLimits, report: console.error });
  const { port } = await server.listen(0, '127.0.0.1');
  console.log(`listening on ${port}`);
};

/** The front alone: HTTP in, HTTP out. */
const serveConstant = (): Promise<void> => {
  const body = 'x'.repeat(answerBytes);
  const headers = {
    'x-amzn-RequestId': '00000000-0000-0000-0000-000000000000',
    'Content-Type': 'application/x-amz-json-1.1',
  };
  return serve(() => ({ status: 200, headers, body }));
};

/** The front with claim, SigV4, decoding and encoding over a pipeline that does nothing else. */
const serveVerified = (): Promise<void> => {
  const caller: Caller = { kind: 'root', account: '111122223333', arn: 'arn:aws:iam::111122223333:root', userId: 'x' };
  const keys = new Map<string, KeyObject>();
  const credential: Credential = {
    caller,
    active: true,
    signingKey: (date, region, service) => {
      const scope = `${date}/${region}/${service}`;
      let key = keys.get(scope);
      if (!key) {
        const parts = [date, region, service, 'aws4_request'];
        const derived = parts.reduce<string | Buffer>(
          (previous, part) => createHmac('sha256', previous).update(part).digest(),
          `AWS4${credentials.secretAccessKey}`,
        );
        key = createSecretKey(derived as Buffer);
        keys.set(scope, key);
      }
      return key;
    },
  };
  const output = {
    CiphertextBlob: Buffer.alloc(150),
    KeyId: 'arn:aws:kms:eu-west-2:111122223333:key/1',
    EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
  };
  const now = new Date();
  const tx = {} as Transaction;
  return serve(
    createGateway({
      services: [
        {
          name: 'kms',
          operations: [
            { name: 'Encrypt', access: () => ({ resource: { arn: '*', account: '' } }), handle: () => output },
          ],
        },
      ],
      pipeline: {
        run: async (invocation: Invocation): Promise<Outcome> => {
          invocation.authenticate(tx, now);
          invocation.decode();
          await nextFlush();
          return { output };
        },
      },
      identities: { findCredential: () => credential },
      region: 'eu-west-2',
      admin: {},
      report: console.error,
    }),
  );
};

let flush: Promise<void> | undefined;

/** Answers leave together, as they do after a journal flush. */
const nextFlush = (): Promise<void> => {
  flush ??= new Promise((resolve) => {
    setImmediate(() => {
      flush = undefined;
      resolve();
    });
  });
  return flush;
};

const signedEncrypt = (): Buffer => {
  const body = JSON.stringify({
    KeyId: 'alias/bench',
    Plaintext: Buffer.alloc(64).toString('base64'),
    EncryptionContext: { tenant: 'a', purpose: 'b' },
  });
  const headers = sign(
    {
      method: 'POST',
      path: '/',
      headers: {
        host: '127.0.0.1',
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'TrentService.Encrypt',
      },
      body,
    },
    credentials,
    { region: 'eu-west-2', service: 'kms' },
  );
  const lines = Object.entries({ ...headers, 'user-agent': 'bench', 'content-length': String(body.length) });
  return Buffer.from(`POST / HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`);
};

const measure = async (
  file: string,
  argument: string,
  seconds: number,
): Promise<{ perSecond: number; cpuMicros: number }> => {
  const server = await startProcess(execPath, [file, argument], { announces: /listening on (\d+)/ });
  try {
    const plan = { port: server.port, host: '127.0.0.1', requests: [signedEncrypt()], connections };
    await drive({ ...plan, seconds: 1 });
    const before = server.cpuSeconds();
    const { requests, requestsPerSecond, failures } = await drive({ ...plan, seconds });
    if (failures > 0) throw new Error(`${file} ${argument}: ${failures} of ${requests} requests failed`);
    return { perSecond: requestsPerSecond, cpuMicros: ((server.cpuSeconds() - before) / requests) * 1e6 };
  } finally {
    await server.stop();
  }
};

const main = async (seconds: number): Promise<void> => {
  const bare = await measure(new URL('./bare-server.ts', import.meta.url).pathname, 'by-events', seconds);
  const print = (name: string, { perSecond, cpuMicros }: typeof bare): void => {
    const ratio = (cpuMicros / bare.cpuMicros).toFixed(2);
    console.log(
      `${name.padEnd(38)} ${perSecond.toFixed(0).padStart(7)} req/s  ${cpuMicros.toFixed(1).padStart(6)} µs CPU/request  ${ratio} ×`,
    );
  };
  print('node:http, constant answer', bare);
  const self = new URL(import.meta.url).pathname;
  print('front, constant handler', await measure(self, 'constant', seconds));
  print('front, claim + SigV4 + decode + encode', await measure(self, 'verified', seconds));
};

if (process.argv[2] === 'constant') await serveConstant();
else if (process.argv[2] === 'verified') await serveVerified();
else await main(Number(process.argv[2] ?? 3));
