import { NotLoaded, type Store, type Transaction } from '../../src/store/store.ts';

/** A transaction that is not committed yet, begun again until everything that it reads is there. */
export const begun = async (store: Store, work: (tx: Transaction) => void): Promise<Transaction> => {
  for (;;) {
    const tx = store.begin();
    try {
      work(tx);
      return tx;
    } catch (error) {
      if (!(error instanceof NotLoaded)) throw error;
      await error.loaded;
    }
  }
};
