import { connect, type Socket } from 'node:net';

/** One measurement: what the clients saw. */
export interface LoadResult {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Answers whose status was not the expected one. */
  readonly failures: number;
}

/** What to send, where, how hard and how long. */
export interface LoadPlan {
  readonly port: number;
  readonly host: string;
  /** Whole HTTP/1.1 requests, sent in turn. */
  readonly requests: readonly Buffer[];
  readonly connections: number;
  readonly seconds: number;
}

/**
 * Drives a closed loop over raw sockets: every connection keeps one request in flight. Requests are made beforehand, so
 * that the client costs as little as it can beside the server that is measured.
 */
export const drive = async ({ port, host, requests, connections, seconds }: LoadPlan): Promise<LoadResult> => {
  const latencies: number[] = [];
  let failures = 0;
  let turn = 0;
  const end = performance.now() + seconds * 1000;
  const began = performance.now();

  const client = (first: Socket): Promise<void> =>
    new Promise((resolve, reject) => {
      let socket = first;
      let sentAt = 0;
      let received = '';
      const send = (): void => {
        if (performance.now() >= end) {
          socket.destroy();
          resolve();
          return;
        }
        received = '';
        sentAt = performance.now();
        socket.write(requests[turn++ % requests.length]!);
      };
      const answered = (): void => {
        latencies.push(performance.now() - sentAt);
        if (!/^HTTP\/1\.[01] 200/.test(received)) failures++;
      };
      const listen = (): void => {
        socket.setEncoding('latin1');
        socket.on('data', (chunk: string) => {
          received += chunk;
          if (!isWhole(received)) return;
          answered();
          // A server that closes after each answer costs its clients a connection a request.
          if (closes(received)) {
            socket.removeAllListeners('close');
            socket.destroy();
            opened(port, host).then((next) => {
              socket = next;
              listen();
              send();
            }, reject);
          } else send();
        });
        socket.on('error', reject);
        socket.on('close', () => resolve());
      };
      listen();
      send();
    });

  const sockets = await Promise.all(Array.from({ length: connections }, () => opened(port, host)));
  await Promise.all(sockets.map(client));
  const elapsed = (performance.now() - began) / 1000;
  latencies.sort((a, b) => a - b);
  return {
    requests: latencies.length,
    requestsPerSecond: latencies.length / elapsed,
    p50: latencies[Math.floor(latencies.length * 0.5)] ?? Number.NaN,
    p99: latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN,
    failures,
  };
};

const opened = (port: number, host: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host, noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });

const isWhole = (received: string): boolean => {
  const head = received.indexOf('\r\n\r\n');
  if (head < 0) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(received.slice(0, head + 2));
  return length !== null && received.length >= head + 4 + Number(length[1]);
};

const closes = (received: string): boolean =>
  /\r\nconnection: *close/i.test(received.slice(0, received.indexOf('\r\n\r\n')));
