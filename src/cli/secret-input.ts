import { ConfigError } from '../setting-values.ts';

/**
 * Reads one secret: from the terminal without showing it, else the next line of standard input. Never from an argument,
 * which other users can see.
 *
 * @throws {ConfigError} input ended, or was cancelled
 */
export const askSecret = (prompt: string): Promise<string> => {
  const { stdin } = process;
  if (!stdin.isTTY) return nextLine();
  process.stderr.write(`${prompt}: `);
  stdin.setRawMode(true);
  return nextLine().finally(() => {
    stdin.setRawMode(false);
    process.stderr.write('\n');
  });
};

/** Read, and not asked for yet. */
let held = '';

const nextLine = (): Promise<string> =>
  new Promise((resolve, reject) => {
    const { stdin } = process;
    const settle = (finish: () => void): void => {
      stdin.off('data', read).off('end', ended).pause();
      finish();
    };
    const look = (): void => {
      if (held.includes(endOfText) || held.includes(endOfTransmission))
        settle(() => reject(new ConfigError('cancelled')));
      const line = /^([^\r\n]*)(?:\r\n|\r|\n)/.exec(held);
      if (!line) return;
      held = held.slice(line[0].length);
      settle(() => resolve(withoutErased(line[1]!)));
    };
    const read = (chunk: Buffer): void => {
      held += chunk.toString('utf8');
      look();
    };
    const ended = (): void => {
      const rest = held;
      held = '';
      settle(() => (rest ? resolve(rest) : reject(new ConfigError('standard input ended before a secret was read'))));
    };
    stdin.on('data', read).on('end', ended).resume();
    look();
  });

const endOfText = String.fromCharCode(3);
const endOfTransmission = String.fromCharCode(4);
const erase = String.fromCharCode(127);

/** A terminal in raw mode gives backspaces as they are typed. */
const withoutErased = (line: string): string => {
  const letters: string[] = [];
  for (const letter of line) {
    if (letter === erase) letters.pop();
    else letters.push(letter);
  }
  return letters.join('');
};
