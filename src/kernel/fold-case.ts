/** U+212A, the one character outside ASCII that Unicode lower-cases into it. */
const kelvinSign = '\u212a';

/** Lower case, for keys that compare without it. The Kelvin sign stays: no other key may pass for `kind`. */
export const foldCase = (key: string): string =>
  key.includes(kelvinSign)
    ? key
        .split(kelvinSign)
        .map((part) => part.toLowerCase())
        .join(kelvinSign)
    : key.toLowerCase();
