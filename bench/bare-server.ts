/**
 * The floor: a node:http server that reads the body and answers a constant of the size of an Encrypt answer.
 *
 *     node bench/bare-server.ts streamed     the body as a stream, as it is mostly done
 *     node bench/bare-server.ts by-events    the body by its events: a fifth less
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { answerBytes } from './answer-bytes.ts';

const body = Buffer.alloc(answerBytes, 'x');

const answer = (response: ServerResponse, read: readonly Buffer[]): void => {
  const status = Buffer.concat(read).length > 0 ? 200 : 400;
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'content-length': body.length });
  response.end(body);
};

const ways = {
  streamed: async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const read: Buffer[] = [];
    for await (const piece of request) read.push(piece);
    answer(response, read);
  },
  'by-events': (request: IncomingMessage, response: ServerResponse): void => {
    const read: Buffer[] = [];
    request.on('data', (piece: Buffer) => read.push(piece));
    request.on('end', () => answer(response, read));
  },
};

const way = ways[process.argv[2] as keyof typeof ways];
if (!way) throw new Error(`say how to read the body: ${Object.keys(ways).join(' or ')}`);
const server = createServer(way);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address) console.log(`listening on ${address.port}`);
});
