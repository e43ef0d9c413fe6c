/**
 * Runs a Node.js handler against the Lambda Runtime API: gets an event, calls the handler, posts what it answers.
 *
 * @see Lambda developer guide: "Using the Lambda runtime API"
 */
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';

const { AWS_LAMBDA_RUNTIME_API: api, _HANDLER: handlerName = '', LAMBDA_TASK_ROOT: root = '.' } = process.env;
const base = `http://${api}/2018-06-01/runtime`;
const environment = process.env;
let current;

const send = (method, path, body, headers = {}) =>
  new Promise((resolve, reject) => {
    const outgoing = request(`${base}${path}`, { method, headers, agent: false }, (incoming) => {
      const pieces = [];
      incoming.on('data', (piece) => pieces.push(piece));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const body = Buffer.concat(pieces).toString('utf8');
        resolve({ status: incoming.statusCode, headers: incoming.headers, body });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });

const asError = (thrown) =>
  thrown instanceof Error
    ? { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') }
    : { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };

/** A name may hold what no header can. */
const postError = (path, error) => {
  const type = String(error.errorType)
    .replace(/[^\x21-\x7e]/g, '?')
    .slice(0, 256);
  return send('POST', path, JSON.stringify(error), { 'Lambda-Runtime-Function-Error-Type': type });
};

const named = (name, message) => Object.assign(new Error(message), { name });

for (const [method, level] of Object.entries({
  log: 'INFO',
  info: 'INFO',
  debug: 'DEBUG',
  warn: 'WARN',
  error: 'ERROR',
})) {
  console[method] = (...values) => {
    const line = `${new Date().toISOString()}\t${current?.requestId ?? 'undefined'}\t${level}\t${format(...values)}`;
    process.stdout.write(`${line.replaceAll('\n', '\r')}\n`);
  };
}

const findModule = (path) =>
  ['', '.js', '.mjs', '.cjs']
    .map((ending) => join(root, path + ending))
    .find((file) => /\.[cm]?js$/.test(file) && existsSync(file));

const loadHandler = async () => {
  const match = /^(.*?\/?)([^/.]+)\.(.+)$/.exec(handlerName);
  if (!match || handlerName.includes('..')) throw named('Runtime.MalformedHandlerName', 'Bad handler');
  const [, folder, module, path] = match;
  const file = findModule(folder + module);
  if (!file) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${folder}${module}'`);
  let loaded;
  try {
    loaded = await import(pathToFileURL(file).href);
  } catch (error) {
    const kind = error instanceof SyntaxError ? 'Runtime.UserCodeSyntaxError' : 'Runtime.ImportModuleError';
    throw Object.assign(named(kind, String(error)), { stack: error?.stack });
  }
  const within = (from) => path.split('.').reduce((value, name) => value?.[name], from);
  const handler = within(loaded) ?? within(loaded.default);
  if (handler === undefined) throw named('Runtime.HandlerNotFound', `${handlerName} is undefined or not exported`);
  if (typeof handler !== 'function') throw named('Runtime.HandlerNotFound', `${handlerName} is not a function`);
  return handler;
};

const contextOf = (headers) => {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const clientContext = headers['lambda-runtime-client-context'];
  return {
    callbackWaitsForEmptyEventLoop: true,
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: environment.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME,
    ...(clientContext && { clientContext: JSON.parse(clientContext) }),
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
};

/** What a handler answers, by promise or by callback. */
const call = (handler, event, context) =>
  new Promise((resolve, reject) => {
    const callback = (error, value) => (error === undefined || error === null ? resolve(value) : reject(error));
    context.succeed = resolve;
    context.fail = reject;
    context.done = callback;
    try {
      const answered = handler(event, context, callback);
      if (typeof answered?.then === 'function') answered.then(resolve, reject);
      else if (handler.length < 3 && answered !== undefined) resolve(answered);
      else if (handler.length < 2) resolve(answered);
    } catch (error) {
      reject(error);
    }
  });

const fatal = (describe) => async (thrown) => {
  const error = describe(thrown);
  console.error(JSON.stringify(error));
  if (current) await postError(`/invocation/${current.requestId}/error`, error).catch(() => undefined);
  process.exit(129);
};
process.on('uncaughtException', fatal(asError));
process.on(
  'unhandledRejection',
  fatal((reason) => ({
    errorType: 'Runtime.UnhandledPromiseRejection',
    errorMessage: String(reason),
    trace: asError(reason).trace,
  })),
);

const run = async () => {
  const handler = await loadHandler().catch(async (thrown) => {
    await postError('/init/error', asError(thrown));
    process.exit(1);
  });
  for (;;) {
    // Whoever answers has gone: so does this.
    const { status, headers, body } = await send('GET', '/invocation/next').catch(() => process.exit(0));
    if (status !== 200) process.exit(1);
    current = { requestId: headers['lambda-runtime-aws-request-id'] };
    if (headers['lambda-runtime-trace-id']) environment._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
    try {
      const value = await call(handler, JSON.parse(body), contextOf(headers));
      await send('POST', `/invocation/${current.requestId}/response`, JSON.stringify(value) ?? 'null');
    } catch (thrown) {
      const error = asError(thrown);
      console.error('Invoke Error', JSON.stringify(error));
      await postError(`/invocation/${current.requestId}/error`, error);
    }
    current = undefined;
  }
};

await run();
