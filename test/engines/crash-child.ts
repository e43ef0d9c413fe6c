/**
 * Writes records and log records as fast as it can and prints the number of each once it is acknowledged; ends when it is
 * killed, or at the first refusal. Run by crash.test.ts.
 */
import { writeSync } from 'node:fs';
import { openStore } from '../../src/store/open.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { counted } from './counted.ts';

const [data, firstNumber, payloadBytes] = process.argv.slice(2);
const store = await openStore({ data: data! });
const payload = 'x'.repeat(Number(payloadBytes));
let next = Number(firstNumber);
let refused = false;

/** At once, and not through a stream, which a kill would empty. The reader may be behind: then the pipe is full. */
const acknowledge = (number: number): void => {
  for (;;) {
    try {
      writeSync(1, `${number}\n`);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
};

const client = async (): Promise<void> => {
  while (!refused) {
    const n = next++;
    try {
      await store.transact((tx) => {
        counted.put(tx, ['n', String(n)], { n, payload });
        tx.append(JSON.stringify({ n }));
      });
      acknowledge(n);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      refused = true;
    }
  }
};

await Promise.all(Array.from({ length: 8 }, client));
const survivor = counted.list(store.begin(), ['n'], { limit: 1 }).items.length;
writeSync(1, `refused, and still reads ${survivor}\n`);
await store.close();
