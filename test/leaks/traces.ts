/** Shortest piece of a secret that counts as a trace, in characters of the form it appears in. */
const pieceLength = 16;

/** A secret that a search is for. */
export interface Secret {
  /** What it is, for the report; never the secret itself. */
  readonly what: string;
  readonly bytes: Buffer;
}

/**
 * Finds traces of secrets: any 16 consecutive characters of the secret as it is, or in hexadecimal, base64 or base64url
 * at any alignment.
 */
export class TraceFinder {
  /** Piece of a form → what it is a piece of. */
  readonly #pieces = new Map<string, string>();

  constructor(secrets: readonly Secret[]) {
    for (const { what, bytes } of secrets) {
      for (const [form, text] of formsOf(bytes)) {
        if (text.length < pieceLength) throw new RangeError(`${what} is too short to search for`);
        for (const piece of piecesOf(text)) this.#pieces.set(piece, `${what} (${form})`);
      }
    }
  }

  /** @returns what was found in the haystack, each once */
  find(haystack: Buffer): readonly string[] {
    const found = new Set<string>();
    for (const piece of piecesOf(haystack.toString('latin1'))) {
      const trace = this.#pieces.get(piece);
      if (trace !== undefined) found.add(trace);
    }
    return [...found];
  }
}

function* piecesOf(text: string): Iterable<string> {
  for (let at = 0; at + pieceLength <= text.length; at++) yield text.slice(at, at + pieceLength);
}

const formsOf = (bytes: Buffer): [form: string, text: string][] => {
  const forms: [string, string][] = [
    ['as it is', bytes.toString('latin1')],
    ['hexadecimal', bytes.toString('hex')],
    ['hexadecimal, upper case', bytes.toString('hex').toUpperCase()],
    ['JSON list', `[${bytes.join(',')}]`],
  ];
  for (const skipped of [0, 1, 2]) {
    forms.push(['base64', bytes.subarray(skipped).toString('base64').replace(/=+$/, '')]);
    forms.push(['base64url', bytes.subarray(skipped).toString('base64url')]);
  }
  return forms;
};
