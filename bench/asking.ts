import { Agent, request as httpRequest } from 'node:http';
import { loadModel } from '../src/model/model.ts';
import { sign } from '../src/testing/sign.ts';
import { bulwarkArguments, type Measured, startProcess } from './processes.ts';

/** The root access key of servers that are measured. */
export const credentials = {
  accessKeyId: 'AKIABENCHMARKROOTKEY',
  secretAccessKey: 'benchmark-secret-access-key-of-the-root-user',
};

/** The account of servers that are measured, and the Region that they are asked in. */
export const account = '000000000000';
export const region = 'us-east-1';

/** Starts what `npm run build` made on a data directory: one worker, no throttling. @param flags more of `start` */
export const startOn = (data: string, flags: readonly string[] = []): Promise<Measured> =>
  startProcess(
    process.execPath,
    bulwarkArguments('start', '--port', '0', '--data', data, '--workers', '1', '--log-level', 'warn', ...flags),
    { announces: /AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:(\d+)/ },
    {
      BULWARK_ROOT_ACCESS_KEY_ID: credentials.accessKeyId,
      BULWARK_ROOT_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      BULWARK_THROTTLING: 'off',
    },
  );

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Lets go of the connection that {@link ask} keeps. */
export const closeConnections = (): void => agent.destroy();

/**
 * Asks an operation of a JSON service. @returns milliseconds until the answer was read, and the answer; the request is signed
 * before
 *
 * @throws the answer is an error
 */
export const ask = (
  port: number,
  service: string,
  operation: string,
  input: object,
  // biome-ignore lint/suspicious/noExplicitAny: answers of every operation
): Promise<{ readonly ms: number; readonly answer: any }> => {
  const { targetPrefix, signingName } = loadModel(service);
  const body = JSON.stringify(input);
  const unsigned = {
    host: `127.0.0.1:${port}`,
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `${targetPrefix}.${operation}`,
  };
  const scope = { region, service: signingName };
  const headers = sign({ method: 'POST', path: '/', headers: unsigned, body }, credentials, scope);
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const sent = httpRequest({ host: '127.0.0.1', port, method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        const ms = performance.now() - began;
        if (response.statusCode === 200) resolve({ ms, answer: text === '' ? {} : JSON.parse(text) });
        else reject(new Error(`${operation}: ${response.statusCode} ${text}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
};

/** The middle one. */
export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** Value of a flag of the command line. */
export const argument = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
