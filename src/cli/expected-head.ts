import type { KeyObject } from 'node:crypto';
import { findRolledBack } from '../journal/rolled-back.ts';
import { ConfigError } from '../setting-values.ts';

/**
 * Compares the journal with a head that was kept elsewhere, as verification printed it: `sequence hash` or `sequence:hash`.
 *
 * @returns what is wrong; empty: nothing, or no head was given
 */
export const requireHead = async (
  place: string,
  rootKey: KeyObject,
  text: string | undefined,
): Promise<readonly string[]> => {
  if (text === undefined) return [];
  const [, sequence, hash] = /^(\d{1,15})[ :]([0-9a-f]{64})$/.exec(text.trim()) ?? [];
  if (sequence === undefined || hash === undefined)
    throw new ConfigError(`expect-head: "${text}" is not a head as verify-journal prints it: "sequence hash"`);
  const what = await findRolledBack(place, { sequence: Number(sequence), hash }, rootKey);
  return what === undefined ? [] : [what];
};
