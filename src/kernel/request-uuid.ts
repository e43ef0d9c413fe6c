import { hash } from 'node:crypto';
import type { Call } from './call.ts';

/**
 * A UUID (version 4) for something that a request makes and then looks at: the same one whenever the request is run again,
 * another one for each request and purpose. With a random one, what is read under it would be loaded for nobody: the next
 * run, under another id, would wait again, and again.
 */
export const requestUuid = (
  { requestId, sentRequestId = requestId }: Pick<Call, 'requestId' | 'sentRequestId'>,
  purpose: string,
): string => {
  const digits = hash('sha256', `${sentRequestId} ${purpose}`);
  const variant = '89ab'[Number.parseInt(digits[16]!, 16) & 3];
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join('-');
};
