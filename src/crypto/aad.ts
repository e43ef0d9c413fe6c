/**
 * Encodes a map of strings, such as an encryption context, as AAD: equal maps give equal bytes whatever their order, and
 * different maps different bytes. Layout in docs/formats/aead.md.
 *
 * @param pairs absent counts as empty
 * @throws {RangeError} a key or value is not well-formed Unicode (a lone surrogate), so it has no UTF-8
 */
export const encodeStringMap = (pairs: Readonly<Record<string, string>> = {}): Buffer => {
  const keys = Object.keys(pairs);
  if (keys.length === 0) return noStrings;
  let bytes = 4;
  let characters = 4;
  for (const key of keys) {
    const value = pairs[key]!;
    requireUtf8(key);
    requireUtf8(value);
    bytes += 8 + Buffer.byteLength(key) + Buffer.byteLength(value);
    characters += 8 + key.length + value.length;
  }
  // UTF-16 orders ASCII as UTF-8 does.
  if (bytes === characters) keys.sort();
  else keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

  const aad = Buffer.allocUnsafe(bytes);
  let at = aad.writeUInt32BE(keys.length, 0);
  for (const key of keys) at = writeString(aad, writeString(aad, at, key), pairs[key]!);
  return aad;
};

const writeString = (target: Buffer, at: number, text: string): number => {
  const bytes = target.write(text, at + 4, 'utf8');
  target.writeUInt32BE(bytes, at);
  return at + 4 + bytes;
};

/** The encoding of the empty map, always the same object. */
export const noStrings = Buffer.alloc(4);

const requireUtf8 = (text: string): void => {
  if (!text.isWellFormed()) throw new RangeError('a string with a lone surrogate has no UTF-8');
};
