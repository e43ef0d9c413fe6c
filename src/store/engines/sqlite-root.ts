import type { StoredRoot } from '../engine.ts';
import { CannotOpenStore } from '../store.ts';
import { insertKeySql, openDatabase } from './sqlite-schema.ts';

/** What hangs on the root key in a data directory, whose lock the caller holds. @throws {CannotOpenStore} */
export const sqliteRoot = (directory: string): StoredRoot => {
  const { database, state } = openDatabase(directory);
  return {
    hold: async () => {
      if (!state) throw new CannotOpenStore(`${directory} has no data yet`);
      return state;
    },
    replace: async (keks, check) => {
      database.exec('BEGIN IMMEDIATE');
      for (const { id, parent, sealed } of keks) database.prepare(insertKeySql).run(id, parent, sealed);
      database.prepare("UPDATE meta SET value = ? WHERE name = 'root-check'").run(check);
      database.exec('COMMIT');
    },
    check: async () => state?.meta.get('root-check') ?? Buffer.alloc(0),
    close: async () => database.close(),
  };
};
