import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { CreateKeyCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { askSource } from '../../testing/function-client.ts';
import { type Invoked, inPython, node, python, TestFunctions, until } from '../../testing/functions.ts';
import { rootCredentials, testServer } from '../../testing/server.ts';
import { canBound } from './runtime/cgroup.ts';
import { bestIsolation } from './runtime/isolation.ts';

const server = await testServer();
const functions = await TestFunctions.on(server);
const kms = server.client(KMSClient);
const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
const isolation = bestIsolation().name;
const hasOwnFiles = isolation === 'bubblewrap' || isolation === 'namespaces';

/** Runs something while another function and KMS go on being answered, and still are afterwards. */
const besideOthers = async <T>(work: () => Promise<T>): Promise<T> => {
  let isOver = false;
  const ended = work().finally(() => {
    isOver = true;
  });
  do {
    const Plaintext = Buffer.from('x');
    await kms.send(new EncryptCommand({ KeyId: KeyMetadata!.KeyId!, Plaintext }));
    assert.equal((await functions.invoke('neighbour', 'well')).value, 'well');
  } while (!isOver);
  return ended;
};

/** Ids of processes of the host whose command line has a text. */
const processesWith = (text: string): readonly string[] =>
  readdirSync('/proc').filter((entry) => {
    try {
      return /^\d+$/.test(entry) && readFileSync(`/proc/${entry}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });

const runtimeApi = `const [address, token] = process.env.AWS_LAMBDA_RUNTIME_API.split('/');
const at = (token, path) => 'http://' + address + '/' + token + '/2018-06-01/runtime/' + path;
const [host, port] = address.split(':');`;

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly more?: object;
  readonly event?: unknown;
  /** What the client gets; absent: the function fails with {@link error}. */
  readonly answers?: (value: unknown, answer: Invoked) => void;
  /** `errorType` and the sentence after `RequestId: … Error: `. */
  readonly error?: readonly [type: string | RegExp, message: string];
  readonly skip?: string | false;
}

const killed = 'Runtime exited with error: signal: killed';

/** Without bubblewrap the function is the first process of its namespace: the kernel does not let its own signals end it. */
const isFirstProcess =
  bestIsolation().name === 'namespaces' && 'the first process of a namespace does not end by its own signals';

const cases: readonly Case[] = [
  {
    name: 'that loops for ever, and whose children do',
    files: node(`async () => {
      const { spawn } = await import('node:child_process');
      spawn('sh', ['-c', 'while :; do sleep 1; done; : endless-child'], { detached: true, stdio: 'ignore' });
      for (;;);
    }`),
    more: { Timeout: 1 },
    error: ['Sandbox.Timedout', 'Task timed out after 1.00 seconds'],
  },
  {
    name: 'that makes processes without end',
    files: python('import os\nwhile True:\n  try: os.fork()\n  except OSError: pass'),
    more: { ...inPython, Timeout: 2, MemorySize: 512 },
    error: [/^(?:Sandbox\.Timedout|Runtime\.OutOfMemory)$/, ''],
  },
  {
    name: 'that makes processes, which there are at most 1024 of',
    files: python(`import os, time
n = 0
while n < 1500:
  try: pid = os.fork()
  except OSError: return n
  if pid == 0:
    time.sleep(60)
    os._exit(0)
  n += 1
return n`),
    more: { ...inPython, Timeout: 60, MemorySize: 4096 },
    answers: (value) => assert.ok((value as number) < 1024, String(value)),
    skip: hasOwnFiles ? false : 'this host does not bound processes of this user',
  },
  {
    name: 'that writes logs without end',
    files: python("while True: print('x' * 65535)"),
    more: { ...inPython, Timeout: 2 },
    error: ['Sandbox.Timedout', 'Task timed out after 2.00 seconds'],
  },
  {
    name: 'that answers without end',
    files: python(`import os, socket
address, token = os.environ['AWS_LAMBDA_RUNTIME_API'].split('/')
host, port = address.split(':')
connection = socket.create_connection((host, int(port)))
path = '/%s/2018-06-01/runtime/invocation/%s/response' % (token, context.aws_request_id)
connection.sendall(('POST %s HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 99999999999\\r\\n\\r\\n' % path).encode())
try:
  while True: connection.sendall(bytes(65536))
except OSError:
  return 'cut off'`),
    more: { ...inPython, Timeout: 20 },
    answers: (value) => assert.equal(value, 'cut off'),
  },
  {
    name: 'that takes memory without end',
    files: python('kept = []\nwhile True: kept.append(bytearray(16 * 1024 * 1024))'),
    more: { ...inPython, Timeout: 20 },
    error: ['Runtime.OutOfMemory', killed],
  },
  {
    name: 'that takes memory in children of its threads',
    files: python(`import os, threading, time
def work():
  if os.fork() == 0:
    kept = []
    while True:
      kept.append(bytearray(b'x') * 8388608)
      time.sleep(0.01)
  time.sleep(60)
threading.Thread(target=work).start()
time.sleep(60)`),
    more: { ...inPython, Timeout: 30 },
    error: ['Runtime.OutOfMemory', killed],
  },
  {
    name: 'that takes memory without mapping it',
    files: python(`import os
kept = []
while True:
  kept.append(os.memfd_create('x'))
  for _ in range(32): os.write(kept[-1], bytes(8388608))`),
    more: { ...inPython, Timeout: 30 },
    error: ['Runtime.OutOfMemory', killed],
    skip: canBound() ? isFirstProcess : 'this host lets no control groups be made',
  },
  {
    name: 'that writes more to /tmp than it has',
    files: node(`async () => {
      const { openSync, writeSync } = await import('node:fs');
      const file = openSync('/tmp/large', 'w');
      try { for (let n = 0; n < 1000; n++) writeSync(file, Buffer.alloc(1048576)); } catch ({ code }) { return code; }
    }`),
    more: { Timeout: 20, MemorySize: 512 },
    answers: (value) => assert.equal(value, 'ENOSPC'),
    skip: hasOwnFiles ? false : 'this host gives functions no file system of their own',
  },
  {
    name: 'that writes where it may not',
    files: node(`async () => {
      const { writeFileSync } = await import('node:fs');
      return ['/x', '/dev/shm/x', '/dev/x', '/usr/x', process.env.LAMBDA_TASK_ROOT + '/x'].filter((path) => {
        try { writeFileSync(path, 'x'); return true; } catch { return false; }
      });
    }`),
    answers: (value) => assert.deepEqual(value, []),
    skip: hasOwnFiles ? false : 'this host gives functions no file system of their own',
  },
  {
    name: 'that looks for the secrets of the server',
    event: { pid: process.pid, file: import.meta.filename, text: rootCredentials.secretAccessKey },
    files: node(`async ({ pid, file, text }) => {
      const { existsSync, readdirSync, readFileSync } = await import('node:fs');
      const found = existsSync(file) ? ['file'] : [];
      for (const each of readdirSync('/proc').filter((entry) => /^\\d+$/.test(entry))) {
        for (const kind of ['environ', 'cmdline', 'mem', 'maps']) {
          try {
            const content = readFileSync('/proc/' + each + '/' + kind, 'utf8');
            if (content.includes(text) || content.includes(file)) found.push(kind);
          } catch {}
        }
      }
      try { process.kill(pid, 0); found.push('signal'); } catch {}
      return found;
    }`),
    answers: (value) => assert.deepEqual(value, []),
    skip: hasOwnFiles ? false : 'this host gives functions no file system of their own',
  },
  {
    name: 'that asks the server as somebody else',
    files: {
      'index.mjs': `${askSource}
export const handler = async () => {
  const unsigned = await fetch(process.env.AWS_ENDPOINT_URL + '/2015-03-31/functions/', { headers: { host: 'lambda.us-east-1.amazonaws.com' } });
  process.env.AWS_SECRET_ACCESS_KEY = 'x'.repeat(40);
  const [, forged] = await ask('kms', 'TrentService.ListKeys', {});
  process.env.AWS_ACCESS_KEY_ID = '${rootCredentials.accessKeyId}';
  const [, stolen] = await ask('kms', 'TrentService.ListKeys', {});
  return [unsigned.status, forged.__type, stolen.__type];
};`,
    },
    answers: (value) => {
      const [unsigned, forged, stolen] = value as readonly [number, string, string];
      assert.ok(unsigned >= 400 && unsigned < 500, String(unsigned));
      assert.match(forged, /InvalidSignatureException$/);
      assert.match(stolen, /UnrecognizedClientException$|InvalidClientTokenId$|InvalidSignatureException$/);
    },
  },
  {
    name: 'that keeps connections to the Runtime API open',
    files: node(`async () => {
      ${runtimeApi}
      const { connect } = await import('node:net');
      for (let n = 0; n < 400; n++) connect(Number(port), host).on('error', () => {});
      for (let n = 0; n < 100; n++) fetch(at(token, 'invocation/next')).catch(() => {});
      await new Promise(() => setInterval(() => {}, 1000));
    }`),
    more: { Timeout: 3 },
    error: ['Sandbox.Timedout', 'Task timed out after 3.00 seconds'],
  },
  {
    name: 'that answers for others',
    files: node(`async (event, { awsRequestId }) => {
      ${runtimeApi}
      const post = async (url) => { const answer = await fetch(url, { method: 'POST', body: '"mine"' }); return [answer.status, (await answer.json()).errorType]; };
      return [
        await post(at(token, 'invocation/' + crypto.randomUUID() + '/response')),
        await post(at(token, 'invocation/' + crypto.randomUUID() + '/error')),
        await post(at('x'.repeat(32), 'invocation/' + awsRequestId + '/response')),
        await post('http://' + address + '/2018-06-01/runtime/invocation/' + awsRequestId + '/response'),
      ];
    }`),
    answers: (value) =>
      assert.deepEqual(value, [
        [400, 'InvalidRequestID'],
        [400, 'InvalidRequestID'],
        [403, 'Forbidden'],
        [403, 'Forbidden'],
      ]),
  },
  {
    name: 'that ends at once',
    files: { 'index.mjs': 'process.exit(0);' },
    error: ['Runtime.ExitError', 'Runtime exited without providing a reason'],
  },
  {
    name: 'that ends with a status',
    files: node('async () => process.exit(7)'),
    error: ['Runtime.ExitError', 'Runtime exited with error: exit status 7'],
  },
  {
    name: 'that kills itself',
    files: node(`async () => { process.kill(process.pid, 'SIGKILL'); await new Promise(() => {}); }`),
    error: ['Runtime.ExitError', killed],
    skip: isFirstProcess,
  },
  {
    name: 'that breaks off',
    files: node('async () => process.abort()'),
    error: ['Runtime.ExitError', 'Runtime exited with error: signal: aborted'],
    skip: isFirstProcess,
  },
];

await functions.create('neighbour', node('async (event) => event'));

describe('beside a function', () => {
  for (const [index, { name, files, more, event, answers, error, skip = false }] of cases.entries()) {
    it(`${name}, others go on being answered`, { skip }, async () => {
      const FunctionName = `hostile-${index}`;
      await functions.create(FunctionName, files, more);
      const answer = await besideOthers(() => functions.invoke(FunctionName, event, { LogType: 'Tail' }));
      const { value, FunctionError, $metadata, LogResult } = answer;
      assert.ok(Buffer.from(LogResult!, 'base64').length <= 4096);
      assert.equal($metadata.httpStatusCode, 200);
      if (answers) {
        assert.equal(FunctionError, undefined, JSON.stringify(value));
        return answers(value, answer);
      }
      assert.equal(FunctionError, 'Unhandled');
      const [type, message] = error!;
      if (typeof type === 'string') {
        const errorMessage = `RequestId: ${$metadata.requestId} Error: ${message}`;
        assert.deepEqual(value, { errorType: type, errorMessage });
      } else assert.match(value.errorType, type);
    });
  }

  it('that was ended, none of its processes is left', () => until(() => processesWith('endless-child').length === 0));
});
