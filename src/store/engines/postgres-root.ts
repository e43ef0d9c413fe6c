import type { StoredRoot } from '../engine.ts';
import { CannotOpenStore } from '../store.ts';
import { cannotUse } from './postgres-refusal.ts';
import { Session, sessionName } from './postgres-session.ts';
import { addKey, bytes, lockHead, selectRootCheck } from './postgres-sql.ts';
import { readState } from './postgres-state.ts';

const selectServers = `SELECT count(*) AS servers FROM pg_stat_activity WHERE datname = current_database() AND application_name = '${sessionName}' AND pid <> pg_backend_pid()`;

/**
 * What hangs on the root key in a database. Nobody writes while it is held; a server that was not seen cannot store a key
 * under the old root key afterwards (`PostgresEngine`).
 */
export const postgresRoot = async (url: string): Promise<StoredRoot> => {
  const session = new Session(url, { once: true });
  const asked = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch (cause) {
      throw cannotUse(cause);
    }
  };
  return {
    hold: () =>
      asked(async () => {
        await session.run(lockHead.join('; '));
        const state = await readState(session);
        if (!state) throw new CannotOpenStore('the database holds no store');
        const [counted] = await session.run(selectServers);
        const servers = Number((counted!.rows[0] as { servers: string }).servers);
        if (servers > 0)
          throw new CannotOpenStore(
            `another Bulwark is using the database (${servers} connections): stop every server first`,
          );
        return state;
      }),
    replace: (keks, check) =>
      asked(async () => {
        const setCheck = `UPDATE bulwark_meta SET value = ${bytes(check)} WHERE name = 'root-check'`;
        await session.run([...keks.map(addKey), setCheck, 'COMMIT'].join('; '));
      }),
    check: () =>
      asked(async () => {
        const [found] = await session.run(selectRootCheck);
        return (found!.rows[0] as { value: Buffer } | undefined)?.value ?? Buffer.alloc(0);
      }),
    close: () => session.close(),
  };
};
