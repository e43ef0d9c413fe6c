/**
 * Encodes a map of strings, such as an encryption context, as AAD: equal maps give equal bytes whatever their order, and
 * different maps different bytes. Layout in docs/formats/aead.md.
 *
 * @param pairs absent counts as empty
 * @throws {RangeError} a key or value is not well-formed Unicode (a lone surrogate), so it has no UTF-8
 */
export const encodeStringMap = (pairs: Readonly<Record<string, string>> = {}): Buffer => {
  const keys = Object.keys(pairs);
  if (keys.length === 0) return empty;
  const encoded = keys.map((key) => ({ key: utf8(key), value: utf8(pairs[key]!) }));
  encoded.sort((a, b) => Buffer.compare(a.key, b.key));

  const bytes = encoded.reduce((sum, { key, value }) => sum + 8 + key.length + value.length, 4);
  const aad = Buffer.allocUnsafe(bytes);
  let at = aad.writeUInt32BE(encoded.length, 0);
  for (const { key, value } of encoded) {
    at = aad.writeUInt32BE(key.length, at);
    at += key.copy(aad, at);
    at = aad.writeUInt32BE(value.length, at);
    at += value.copy(aad, at);
  }
  return aad;
};

const empty = Buffer.alloc(4);

const utf8 = (text: string): Buffer => {
  if (!text.isWellFormed()) throw new RangeError('a string with a lone surrogate has no UTF-8');
  return Buffer.from(text, 'utf8');
};
