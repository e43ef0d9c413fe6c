import { readFileSync } from 'node:fs';
import { ClientError } from '../../client/client-error.ts';
import type { Entries } from './changes.ts';
import type { Format } from './formats.ts';

/** Reads entries from a file, `-` being standard input. @throws {ClientError} naming the file */
export const readEntries = (file: string, format: Format): Entries => {
  const text = readFileSync(file === '-' ? 0 : file, 'utf8');
  try {
    return format.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    if (error instanceof ClientError) throw new ClientError(`${file}: ${error.message}`);
    throw error;
  }
};
