/**
 * A process of several on one store: makes the calls that it is sent to one record, and sends what came back. Run by
 * register.test.ts. Arguments: data, root key in base64.
 */
import { createSecretKey } from 'node:crypto';
import { collection } from '../../src/store/collection.ts';
import { openStore } from '../../src/store/open.ts';
import type { Transaction } from '../../src/store/store.ts';
import type { RegisterAnswer, RegisterCall } from './register.ts';

/** A call; `journalled`: it appends a log record, as every call does that is answered to a client of the server. */
export interface Request {
  readonly id: number;
  readonly call: RegisterCall;
  readonly journalled: boolean;
}

/** What came back. */
export interface Reply {
  readonly id: number;
  readonly answer: RegisterAnswer;
}

const registers = collection<{ readonly value: string }>('test.registers', { key: ['room', 'name'] });
const key = ['room', 'register'];

const perform = (tx: Transaction, call: RegisterCall): RegisterAnswer => {
  if (call.kind !== 'write') {
    const value = registers.find(tx, key)?.value;
    if (call.kind === 'read') return { value };
    if (value !== call.expected) return { done: false };
  }
  registers.put(tx, key, { value: call.value });
  return { done: true };
};

const [data, rootKey] = process.argv.slice(2);
const store = await openStore({
  data: data!,
  rootKey: createSecretKey(Buffer.from(rootKey!, 'base64')),
  shared: true,
});
process.on('message', async ({ id, call, journalled }: Request) => {
  const answer = await store.transact((tx) => {
    if (journalled) tx.append(JSON.stringify({ id }));
    return perform(tx, call);
  });
  process.send!({ id, answer } satisfies Reply);
});
process.once('disconnect', () => void store.close());
process.send!('open');
