/**
 * The lower-case name of a header field; undefined where it is none (RFC 9110 §5.6.2). The names of all clients and answers
 * together are few, so each spelling is checked once.
 */
export const findHeaderName = (spelling: string): string | undefined => {
  const known = knownNames.get(spelling);
  if (known !== undefined || !token.test(spelling)) return known;
  const name = spelling.toLowerCase();
  if (knownNames.size >= mostKnownNames) knownNames.clear();
  if (spelling.length <= longestKnownName) knownNames.set(spelling, name);
  return name;
};

/** RFC 9110 §5.5; no CR, LF or NUL. */
export const isFieldValue = (text: string): boolean => fieldValue.test(text);

const knownNames = new Map<string, string>();
const mostKnownNames = 512;
const longestKnownName = 64;

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;
