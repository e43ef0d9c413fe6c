import { hash } from 'node:crypto';

/**
 * Id of the record that the owner of a resource has of a call by another account. It follows from the id of the caller's own
 * record, so that whoever notes a use can name the record that the owner sees.
 *
 * @param eventId of the caller's record, a random UUID
 * @returns a UUID of version 8, RFC 9562 §5.8
 */
export const ownersEventId = (eventId: string, owner: string): string => {
  const bytes = hash('sha256', `${eventId} ${owner}`, 'buffer').subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};
