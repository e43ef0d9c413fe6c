import { fault } from '../../kernel/fault.ts';
import type { HttpTraits } from '../../model/model.ts';
import { checksums } from './checksum.ts';

/**
 * Holds a body to the checksums that came with it: `Content-MD5`, and for operations that take one `x-amz-checksum-…` as
 * header or trailer.
 *
 * @param headers with the trailers among them
 * @throws {Fault} `BadDigest` for another body; `InvalidDigest` and `InvalidRequest` for what is no checksum, for several, for
 * an algorithm that is not known here, or for none where the operation requires one
 * @see S3 User Guide: "Checking object integrity"; S3 API Reference: "Error responses"
 */
export const verifyChecksum = (
  http: HttpTraits,
  headers: Readonly<Record<string, string | undefined>>,
  body: Buffer,
): void => {
  const md5 = headers['content-md5'];
  if (
    md5 !== undefined &&
    !equals('md5', md5, body, () => fault('InvalidDigest', 'The Content-MD5 you specified was invalid.'))
  ) {
    throw fault('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  if (http.checksumAlgorithmMember === undefined && !http.checksumRequired) return;
  const sent = Object.keys(headers).filter(isChecksumHeader);
  const [header] = sent;
  if (sent.length > 1) throw severalChecksums();
  if (header === undefined) {
    requireNone(http, headers);
    return;
  }
  const algorithm = header.slice(PREFIX.length);
  const label = algorithm.toUpperCase();
  if (checksums[algorithm] === undefined) {
    throw fault(
      'InvalidRequest',
      `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${algorithms}]`,
    );
  }
  const invalid = () => fault('InvalidRequest', `Value for ${header} header is invalid.`);
  if (!equals(algorithm, headers[header]!, body, invalid)) {
    throw fault('BadDigest', `The ${label} you specified did not match the calculated checksum.`);
  }
};

/** The fault of more checksums than one. */
export const severalChecksums = (): Error =>
  fault('InvalidRequest', 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');

/** True for headers and trailers that hold a checksum of the body, unlike `x-amz-checksum-type`. */
export const isChecksumHeader = (name: string): boolean =>
  name.startsWith(PREFIX) && !/-(?:algorithm|mode|type)$/.test(name);

/** As S3 lists them. */
const algorithms = Object.keys(checksums)
  .map((name) => name.toUpperCase())
  .join(', ');

const PREFIX = 'x-amz-checksum-';

const requireNone = (http: HttpTraits, headers: Readonly<Record<string, string | undefined>>): void => {
  if (headers['x-amz-sdk-checksum-algorithm'] !== undefined && http.checksumRequired) {
    throw fault(
      'InvalidRequest',
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  if (http.checksumRequired && headers['content-md5'] === undefined) {
    throw fault('InvalidRequest', 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
  }
};

/** @throws what `invalid` makes, when the text is no canonical base64 of so many bytes */
const equals = (algorithm: string, text: string, body: Buffer, invalid: () => Error): boolean => {
  const checksum = checksums[algorithm]!();
  checksum.update(body);
  const digest = checksum.digest();
  const sent = Buffer.from(text, 'base64');
  if (sent.length !== digest.length || sent.toString('base64') !== text) throw invalid();
  return sent.equals(digest);
};
