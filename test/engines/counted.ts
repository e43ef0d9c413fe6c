import { collection } from '../../src/store/collection.ts';

/** What the crash tests write: each record has a log record of the same number in the same transaction. */
export const counted = collection<{ readonly n: number; readonly payload: string }>('test.counted', {
  key: ['kind', 'n'],
});
