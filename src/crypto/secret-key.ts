import { createSecretKey, type KeyObject } from 'node:crypto';

/** A key as node:crypto keeps it. @param bytes cleared */
export const takeSecretKey = (bytes: Uint8Array): KeyObject => {
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
};
