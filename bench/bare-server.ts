/** The floor: a node:http server that reads the body and answers a constant of the size of an Encrypt answer. */
import { createServer } from 'node:http';

const answer = Buffer.alloc(Number(process.argv[2] ?? 380), 'x');

const server = createServer((request, response) => {
  request.on('data', () => {});
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1', 'content-length': answer.length });
    response.end(answer);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address) console.log(`listening on ${address.port}`);
});
