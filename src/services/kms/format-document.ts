/**
 * Prints a JSON document as KMS prints key policies: two spaces, ` : ` between name and value, lists on the line of their
 * brackets.
 */
export const formatDocument = (value: unknown, indent = ''): string => {
  if (Array.isArray(value)) return `[ ${value.map((item) => formatDocument(item, indent)).join(', ')} ]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const members = Object.entries(value).map(
    ([name, member]) => `${inner}${JSON.stringify(name)} : ${formatDocument(member, inner)}`,
  );
  return members.length === 0 ? '{ }' : `{\n${members.join(',\n')}\n${indent}}`;
};
