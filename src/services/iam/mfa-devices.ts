import type { KeyObject } from 'node:crypto';
import { takeSecretKey } from '../../crypto/secret-key.ts';
import { type Fault, fault } from '../../kernel/fault.ts';
import type { AbsentResource, Resource } from '../../kernel/operation.ts';
import type { Page, PageRequest } from '../../store/collection.ts';
import { collection } from '../../store/collection.ts';
import type { KeyWrap, Transaction } from '../../store/store.ts';
import { type Tag, tagRecord } from './tags.ts';
import { isCodeOf, stepOf } from './totp.ts';
import type { UserRecord } from './users.ts';

/**
 * One MFA device: a virtual one, whose seed the server shares with somebody's authenticator app (RFC 6238), or the record of
 * a FIDO security key, with which nobody signs in to an API.
 */
export interface MfaDeviceRecord {
  readonly account: string;
  /** Its ARN: `arn:aws:iam::111122223333:mfa/path/name`, of a security key `…:u2f/user/alice/name`. */
  readonly serialNumber: string;
  readonly createdAt: string;
  /** The seed's bytes, wrapped with the serial number as context; absent: a security key. */
  readonly wrappedSeed?: string;
  /** What a security key is certified for, e.g. `{ FIDO: 'L1' }`. */
  readonly certifications?: Readonly<Record<string, string>>;
  /** Sorted by key. */
  readonly tags: readonly Tag[];
  /** Unique id of the user who has it; absent: it was never enabled or is deactivated. */
  readonly ownerId?: string;
  readonly enabledAt?: string;
  /** How many steps the device's clock is ahead of ours. */
  readonly driftSteps?: number;
  /** The step of the last code that was accepted: neither it nor an earlier one is accepted again. */
  readonly lastStep?: number;
}

/** An MFA device as policies see it. */
export interface IamMfaDevice extends Resource {
  readonly record: MfaDeviceRecord;
}

const records = collection<MfaDeviceRecord>('iam.mfa-devices', {
  key: ['account', 'serialNumber'],
  indexes: { ownerId: ({ ownerId }) => (ownerId === undefined ? undefined : [ownerId]) },
});

/** Steps around the expected one within which a code is accepted. */
const toleranceSteps = 1;
/** How far a device's clock may be off when it is enabled or resynchronized, in steps: ten minutes. */
const searchSteps = 20;

/** Whether a device is an authenticator app. */
export const isVirtual = ({ wrappedSeed }: MfaDeviceRecord): boolean => wrappedSeed !== undefined;

/** MFA devices by serial number. */
export class MfaDevices {
  readonly #wrap: KeyWrap;

  /** @param wrap `store.keyWrap('iam.mfa-seed')` */
  constructor(wrap: KeyWrap) {
    this.#wrap = wrap;
  }

  find(tx: Transaction, account: string, serialNumber: string): MfaDeviceRecord | undefined {
    return records.find(tx, [account, serialNumber]);
  }

  /** The virtual device as a resource, or what stands for it where there is none. */
  resource(tx: Transaction, account: string, serialNumber: string): IamMfaDevice | AbsentResource {
    const record = this.find(tx, account, serialNumber);
    const resource = { arn: serialNumber, account, type: 'AWS::IAM::VirtualMFADevice' };
    if (record && isVirtual(record)) return { ...resource, tags: tagRecord(record.tags), record };
    return { ...resource, absent: noSuchMfaDevice(serialNumber) };
  }

  /** Keeps a new device. @param seed the caller clears it */
  create(tx: Transaction, record: Omit<MfaDeviceRecord, 'wrappedSeed'>, seed: Buffer): void {
    this.put(tx, { ...record, wrappedSeed: this.#wrap.wrap(seed, record.serialNumber) });
  }

  put(tx: Transaction, record: MfaDeviceRecord): void {
    records.put(tx, [record.account, record.serialNumber], record);
  }

  delete(tx: Transaction, { account, serialNumber }: MfaDeviceRecord): void {
    records.delete(tx, [account, serialNumber]);
  }

  /** The devices that a user has, by serial number. */
  listOf(tx: Transaction, userId: string): readonly MfaDeviceRecord[] {
    return records.listBy(tx, 'ownerId', [userId]);
  }

  /** @throws {Fault} `NoSuchEntity` when the user has no such device */
  getOf(tx: Transaction, { account, userId, userName }: UserRecord, serialNumber: string): MfaDeviceRecord {
    const device = this.find(tx, account, serialNumber);
    if (!device) throw noSuchMfaDevice(serialNumber);
    if (device.ownerId === userId) return device;
    throw fault('NoSuchEntity', `MFA Device with serial number ${serialNumber} does not exist for user ${userName}.`);
  }

  /** A page of an account's devices, by serial number. */
  list(tx: Transaction, account: string, page: PageRequest): Page<MfaDeviceRecord> {
    return records.list(tx, [account], page);
  }

  /**
   * Takes two consecutive codes of a device, which tell how far its clock is off.
   *
   * @returns the device, synchronized; undefined where the codes are not its
   */
  synchronized(device: MfaDeviceRecord, first: string, second: string, now: Date): MfaDeviceRecord | undefined {
    const seed = this.#seedOf(device);
    if (!seed) return undefined;
    const current = stepOf(now);
    for (const distance of nearestFirst(searchSteps)) {
      const step = current + distance;
      if (step <= (device.lastStep ?? 0) || !isCodeOf(seed, step, second) || !isCodeOf(seed, step - 1, first)) continue;
      return { ...device, driftSteps: distance, lastStep: step };
    }
    return undefined;
  }

  /** Takes one code. @returns the device, on which this code is used up; undefined where the code is not its or was used before */
  accepted(device: MfaDeviceRecord, code: string, now: Date): MfaDeviceRecord | undefined {
    const seed = this.#seedOf(device);
    if (!seed) return undefined;
    const expected = stepOf(now) + (device.driftSteps ?? 0);
    for (const distance of nearestFirst(toleranceSteps)) {
      const step = expected + distance;
      if (step > (device.lastStep ?? 0) && isCodeOf(seed, step, code)) return { ...device, lastStep: step };
    }
    return undefined;
  }

  #seedOf({ wrappedSeed, serialNumber }: MfaDeviceRecord): KeyObject | undefined {
    if (wrappedSeed === undefined) return undefined;
    const seed = this.#wrap.unwrap(wrappedSeed, serialNumber);
    return takeSecretKey(seed);
  }
}

/** IAM's answer to a serial number that the account does not have. */
export const noSuchMfaDevice = (serialNumber: string): Fault =>
  fault('NoSuchEntity', `MFA Device with serial number ${serialNumber} does not exist.`);

/** IAM's answer to codes that are not the device's. */
export const invalidCodes = (): Fault =>
  fault('InvalidAuthenticationCode', 'Authentication code for device is not valid.');

/** 0, −1, 1, −2, 2, … */
const nearestFirst = (steps: number): readonly number[] =>
  Array.from({ length: 2 * steps + 1 }, (_, index) => (index % 2 ? -1 : 1) * Math.ceil(index / 2));
