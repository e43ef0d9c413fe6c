import { XksError } from '../xks/xks-error.ts';

/** Members of a request's body. */
export type Body = Readonly<Record<string, unknown>>;

/** Plaintexts and ciphertexts; KMS sends 4,300 bytes at most. */
export const maxMessageBytes = 16_384;
/** @see XKS proxy API: additionalAuthenticatedData */
export const maxAadBytes = 8192;

/** @throws {XksError} ValidationException */
export const parseBody = (text: Buffer): Body => {
  try {
    const parsed: unknown = JSON.parse(text.toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Body;
  } catch {
    // Refused below.
  }
  throw new XksError('ValidationException', 'The body is not a JSON object.');
};

/** @throws {XksError} ValidationException, UnsupportedOperationException: too long */
export const requiredBytes = (body: Body, name: string, most: number): Buffer => {
  const bytes = optionalBytes(body, name, most);
  if (!bytes) throw new XksError('ValidationException', `${name} is required.`);
  return bytes;
};

/** @throws {XksError} as {@link requiredBytes} */
export const optionalBytes = (body: Body, name: string, most: number): Buffer | undefined => {
  const text = body[name];
  if (text === undefined || text === null) return undefined;
  if (typeof text !== 'string' || !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text))
    throw new XksError('ValidationException', `${name} is not base64.`);
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length > most) throw new XksError('UnsupportedOperationException', `${name} has more than ${most} bytes.`);
  return bytes;
};

/** Asserts that a body asks for what there is. @throws {XksError} ValidationException */
export const requireAlgorithms = (body: Body): void => {
  if (body.encryptionAlgorithm !== 'AES_GCM')
    throw new XksError('ValidationException', 'encryptionAlgorithm is not AES_GCM.');
  const integrity = body.ciphertextDataIntegrityValueAlgorithm ?? 'SHA_256';
  if (integrity !== 'SHA_256')
    throw new XksError('ValidationException', 'ciphertextDataIntegrityValueAlgorithm is not SHA_256.');
};

/** Asserts that a request says why it is sent. @throws {XksError} ValidationException */
export const requireMetadata = (body: Body): { readonly kmsRequestId: string; readonly kmsOperation: string } => {
  const { kmsRequestId, kmsOperation } = (body.requestMetadata ?? {}) as Record<string, unknown>;
  if (typeof kmsRequestId !== 'string' || typeof kmsOperation !== 'string')
    throw new XksError('ValidationException', 'requestMetadata lacks kmsRequestId or kmsOperation.');
  return { kmsRequestId, kmsOperation };
};
