import { X509Certificate } from 'node:crypto';
import { fault } from '../../kernel/fault.ts';
import { inTurns } from '../../kernel/in-turns.ts';

/** What IAM reads from the metadata of a SAML identity provider. */
export interface SamlMetadata {
  readonly entityId: string;
  readonly validUntil?: Date;
}

/**
 * Reads the metadata that a provider record is made with. It must describe one entity with a certificate to verify
 * signatures by; a document type declaration is refused, so that nothing outside of the document is ever part of it.
 *
 * @throws {Fault} `InvalidInput`
 * @see SAML V2.0 Metadata §2.3.2
 */
export const parseSamlMetadata = async (account: string, document: string): Promise<SamlMetadata> => {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(document)) throw unreadable();
  const attributes = attributesOfEntity(document);
  const entityId = attributes && attributeOf(attributes, 'entityID');
  if (!entityId || !/<\/(?:[\w.-]+:)?EntityDescriptor\s*>\s*$/.test(document)) throw unreadable();
  const certificates = [...document.matchAll(/<(?:[\w.-]+:)?X509Certificate\s*>([^<]+)</g)].map(([, text]) => text!);
  if (certificates.length === 0) throw unreadable();
  await inTurns(account, certificates, requireCertificate);
  const validUntil = attributeOf(attributes, 'validUntil');
  return { entityId, ...(validUntil !== undefined && { validUntil: parseDate(validUntil) }) };
};

/** The text between the name of the first tag and its end, each looked for once: documents have ten million characters. */
const attributesOfEntity = (document: string): string | undefined => {
  const tag = /<(?:[\w.-]+:)?EntityDescriptor\b/.exec(document);
  const end = tag ? document.indexOf('>', tag.index) : -1;
  return tag && end !== -1 ? document.slice(tag.index + tag[0].length, end) : undefined;
};

const attributeOf = (attributes: string, name: string): string | undefined =>
  new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`)
    .exec(attributes)
    ?.slice(1)
    .find((value) => value !== undefined);

const requireCertificate = (base64: string): void => {
  try {
    new X509Certificate(Buffer.from(base64, 'base64'));
  } catch (cause) {
    throw unreadable(cause);
  }
};

const parseDate = (text: string): Date => {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw unreadable();
  return date;
};

const unreadable = (cause?: unknown) => fault('InvalidInput', 'Could not parse metadata', { cause });
