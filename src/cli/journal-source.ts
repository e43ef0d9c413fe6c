import type { Config } from '../config.ts';
import { ConfigError } from '../setting-values.ts';
import { LogChain } from '../store/log-chain.ts';
import { openStored } from '../store/stored.ts';
import { askServer } from './ask-server.ts';
import { unsealHere } from './unseal-here.ts';

/** Records that are asked for at once. */
const pageSize = 1000;

/**
 * The texts of all journal records, oldest first: of the data directory (a server may run on it), of the database, or of
 * the running server where the state is in memory.
 *
 * @throws {ConfigError} the server does not show its journal
 * @throws {SealError}
 * @throws {CannotOpenStore}
 * @throws {IntegrityError} a record was altered
 */
export async function* journalTexts(config: Config): AsyncGenerator<string> {
  if (config.data === ':memory:' && config.database === undefined) yield* ofServer(config);
  else yield* ofStore(config);
}

async function* ofStore(config: Config): AsyncGenerator<string> {
  const { snapshot, barrier } = await openStored(config.database ?? config.data, await unsealHere(config));
  const chain = new LogChain(barrier.logKey);
  try {
    for await (const blocks of snapshot.log()) for (const block of blocks) yield* chain.openBlock(block).texts;
  } finally {
    await snapshot.close();
  }
}

async function* ofServer(config: Config): AsyncGenerator<string> {
  for (let after = 0; ; ) {
    const path = `/_bulwark/journal?after=${after}&limit=${pageSize}`;
    const { status, text } = await askServer(config, 'GET', path);
    if (status !== 200) {
      throw new ConfigError(
        'a server in memory shows its journal in open mode or with --test-endpoints only; else name its data directory with --data',
      );
    }
    const { records } = JSON.parse(text) as { readonly records: readonly { sequence: number; text: string }[] };
    if (records.length === 0) return;
    for (const record of records) yield record.text;
    after = records.at(-1)!.sequence;
  }
}
