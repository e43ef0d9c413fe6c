/**
 * The first value of a parameter in a query string or `application/x-www-form-urlencoded` text.
 *
 * @param name without characters that need encoding; compared with names as sent
 * @returns undefined when absent; the text as sent where its percent-encoding is broken
 */
export const queryParameter = (text: string, name: string): string | undefined => {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const end = at + name.length;
    const startsParameter = at === 0 || text[at - 1] === '&';
    if (!startsParameter || text[end] !== '=') continue;
    const next = text.indexOf('&', end);
    return decode(text.slice(end + 1, next === -1 ? undefined : next));
  }
  return undefined;
};

const decode = (text: string): string => {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
};
