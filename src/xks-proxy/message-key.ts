import { formatKdfInput } from '../crypto/kdf.ts';

const label = 'bulwark xks ciphertext';
const keyBytes = 32;

/**
 * What KMS makes the MAC of that is a message's key.
 *
 * @param id of the external key, 1 to 128 ASCII characters
 * @param iv 16 bytes
 * @see docs/formats/xks-ciphertext.md; SP 800-108r1 §4.1
 */
export const messageKeyInput = (id: string, iv: Buffer): Buffer => {
  const context = Buffer.concat([Buffer.of(id.length), Buffer.from(id, 'latin1'), iv]);
  return formatKdfInput(label, context, keyBytes);
};
