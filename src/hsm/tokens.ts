import type { PKCS11 } from 'pkcs11js';
import { HsmError } from './hsm-error.ts';
import { problemOf } from './problems.ts';
import type { DeviceTask, KeyOfToken, Login, TokenState } from './tasks.ts';
import { generateKey, openSealed, seal } from './token-keys.ts';

type Library = typeof import('pkcs11js');

interface Session {
  readonly handle: Buffer;
  /** Handles of keys that were used, by id. */
  readonly keys: Map<string, Buffer>;
}

/**
 * The tokens of one PKCS#11 library, each with a session that stays open. After a device was lost and is back, the next
 * task opens the library anew, so nobody has to do anything.
 */
export class Tokens {
  readonly #module: string;
  readonly #ids: Library;
  readonly #sessions = new Map<string, Session>();
  #library: PKCS11 | undefined;

  constructor(module: string, ids: Library) {
    this.#module = module;
    this.#ids = ids;
  }

  /** @throws {HsmError} */
  perform(task: DeviceTask): unknown {
    try {
      return this.#attempt(task);
    } catch (error) {
      const problem = problemOf(error);
      if (problem !== 'lost' && problem !== 'no-token') throw asHsmError(error);
      this.#close();
      try {
        return this.#attempt(task);
      } catch (again) {
        throw asHsmError(again);
      }
    }
  }

  #attempt(task: DeviceTask): unknown {
    switch (task.kind) {
      case 'tokens':
        return this.#list();
      case 'log-in':
        this.#logOut(task.token);
        this.#session(task);
        return undefined;
      case 'log-out':
        this.#logOut(task.token);
        return undefined;
      case 'random':
        return this.#open().C_GenerateRandom(this.#session(task).handle, Buffer.alloc(task.bytes));
      case 'generate':
        if (!this.#find(task)) generateKey(this.#open(), this.#ids, this.#session(task).handle, task);
        return undefined;
      case 'destroy': {
        const key = this.#find(task);
        if (key) this.#open().C_DestroyObject(this.#session(task).handle, key);
        this.#session(task).keys.delete(task.id);
        return undefined;
      }
      case 'encrypt':
        return seal(this.#open(), this.#ids, this.#session(task).handle, this.#key(task), task.plaintext, task.aad);
      case 'decrypt':
        return this.#decrypt(task);
    }
  }

  /** Libraries tell altered ciphertexts by different errors, some by a general one: then the key tells whether the device is there. */
  #decrypt(task: Extract<DeviceTask, { kind: 'decrypt' }>): Uint8Array {
    const { handle } = this.#session(task);
    const key = this.#key(task);
    try {
      return openSealed(this.#open(), this.#ids, handle, key, task.sealed, task.aad);
    } catch (error) {
      if (problemOf(error) !== 'lost') throw error;
      this.#session(task).keys.delete(task.id);
      const found = this.#find(task);
      if (!found) throw error;
      throw new HsmError('altered', 'the token refuses the ciphertext');
    }
  }

  #open(): PKCS11 {
    if (this.#library) return this.#library;
    const library = new this.#ids.PKCS11();
    try {
      library.load(this.#module);
    } catch {
      throw new HsmError('lost', `the PKCS#11 library ${this.#module} cannot be loaded`);
    }
    try {
      library.C_Initialize();
    } catch (error) {
      // Another thread of this process uses it, too.
      if (!/CKR_CRYPTOKI_ALREADY_INITIALIZED/.test(String(error))) throw error;
    }
    this.#library = library;
    return library;
  }

  #close(): void {
    const library = this.#library;
    this.#sessions.clear();
    this.#library = undefined;
    if (!library) return;
    try {
      library.C_Finalize();
      library.close();
    } catch {
      // It is lost: whatever there was to close is gone with it.
    }
  }

  #list(): readonly TokenState[] {
    const library = this.#open();
    const { CKF_TOKEN_INITIALIZED, CKF_USER_PIN_INITIALIZED } = this.#ids;
    return library.C_GetSlotList(true).flatMap((slot) => {
      const { label, flags } = library.C_GetTokenInfo(slot);
      if (!(flags & CKF_TOKEN_INITIALIZED)) return [];
      return [{ label: label.trim(), activated: (flags & CKF_USER_PIN_INITIALIZED) !== 0 }];
    });
  }

  #session({ token, pin }: Login): Session {
    const open = this.#sessions.get(token);
    if (open) return open;
    const library = this.#open();
    const { CKF_SERIAL_SESSION, CKF_RW_SESSION, CKF_USER_PIN_INITIALIZED, CKU_USER } = this.#ids;
    const slot = library
      .C_GetSlotList(true)
      .find((candidate) => library.C_GetTokenInfo(candidate).label.trim() === token);
    if (!slot) throw new HsmError('no-token', `there is no token "${token}"`);
    if (!(library.C_GetTokenInfo(slot).flags & CKF_USER_PIN_INITIALIZED))
      throw new HsmError('no-user', `the user of the token "${token}" has no PIN`);
    const handle = library.C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION);
    try {
      library.C_Login(handle, CKU_USER, pin);
    } catch (error) {
      if (!/CKR_USER_ALREADY_LOGGED_IN/.test(String(error))) {
        library.C_CloseSession(handle);
        throw error;
      }
    }
    const session = { handle, keys: new Map() };
    this.#sessions.set(token, session);
    return session;
  }

  #logOut(token: string): void {
    const session = this.#sessions.get(token);
    this.#sessions.delete(token);
    if (!session || !this.#library) return;
    this.#library.C_Logout(session.handle);
    this.#library.C_CloseSession(session.handle);
  }

  #key(key: KeyOfToken): Buffer {
    const found = this.#session(key).keys.get(key.id) ?? this.#find(key);
    if (!found) throw new HsmError('no-key', `the token "${key.token}" has no key ${key.id}`);
    return found;
  }

  #find(key: KeyOfToken): Buffer | undefined {
    const library = this.#open();
    const { handle, keys } = this.#session(key);
    const { CKA_CLASS, CKA_ID, CKO_SECRET_KEY } = this.#ids;
    library.C_FindObjectsInit(handle, [
      { type: CKA_CLASS, value: CKO_SECRET_KEY },
      { type: CKA_ID, value: Buffer.from(key.id, 'hex') },
    ]);
    const [found] = library.C_FindObjects(handle, 1);
    library.C_FindObjectsFinal(handle);
    if (found) keys.set(key.id, found);
    return found;
  }
}

const asHsmError = (error: unknown): HsmError =>
  error instanceof HsmError
    ? error
    : new HsmError(problemOf(error), /CKR_\w+/.exec(String(error))?.[0] ?? 'the device failed');
