import { ConfigError } from '../setting-values.ts';

/**
 * Reads one secret: from the terminal without showing it, else the next line of standard input. Never from an argument,
 * which other users can see.
 *
 * @throws {ConfigError} input ended, was cancelled, or the line is empty
 */
export const askSecret = async (prompt: string): Promise<string> => {
  const secret = await (process.stdin.isTTY ? fromTerminal(prompt) : nextLine(prompt));
  if (secret === '') throw new ConfigError(`"${prompt}" was answered with an empty line; nothing was done`);
  return secret;
};

const fromTerminal = (prompt: string): Promise<string> => {
  const { stdin } = process;
  process.stderr.write(`${prompt}: `);
  stdin.setRawMode(true);
  return nextLine(prompt).finally(() => {
    stdin.setRawMode(false);
    process.stderr.write('\n');
  });
};

/** Read, and not asked for yet. */
let held = '';

const nextLine = (prompt: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { stdin } = process;
    const settle = (finish: () => void): void => {
      stdin.off('data', read).off('end', ended).pause();
      finish();
    };
    const look = (): void => {
      if (held.includes(endOfText) || held.includes(endOfTransmission)) {
        settle(() => reject(new ConfigError(`cancelled at "${prompt}"; nothing was done`)));
        return;
      }
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
      settle(() => (rest ? resolve(rest) : reject(inputEnded(prompt))));
    };
    stdin.on('data', read).on('end', ended).resume();
    // An end that was met before is not told again.
    if (stdin.readableEnded && !/[\r\n]/.test(held)) ended();
    else look();
  });

const inputEnded = (prompt: string): ConfigError =>
  new ConfigError(
    `standard input ended before "${prompt}" was answered: give each secret on a line of its own, or run this at a terminal`,
  );

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
