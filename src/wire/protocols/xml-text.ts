/**
 * Escapes text for an XML 1.0 element. Carriage returns are kept by reference; characters that XML 1.0 cannot carry in any
 * form become U+FFFD, so that every parser takes the document.
 */
export const escapeXml = (text: string): string => (SPECIAL.test(text) ? text.replace(ALL_SPECIAL, escapeOne) : text);

/** As {@link escapeXml}, for an attribute: tabs and line feeds too, which parsers read as spaces there (XML 1.0 §3.3.3). */
export const escapeXmlAttribute = (text: string): string =>
  escapeXml(text).replace(/[\t\n]/g, (char) => (char === '\t' ? '&#x9;' : '&#xA;'));

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const SPECIAL = /[&<>"\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ALL_SPECIAL = /[&<>"\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};

const escapeOne = (char: string): string => ENTITIES[char] ?? '\ufffd';
