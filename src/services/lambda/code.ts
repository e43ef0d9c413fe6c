import { hash } from 'node:crypto';
import { randomUuid } from '../../crypto/random.ts';
import { fault } from '../../kernel/fault.ts';
import type { Transaction } from '../../store/store.ts';
import {
  codeChunks,
  type FunctionPlace,
  functionRecords,
  type VersionRecord,
  versionRecords,
} from './function-record.ts';
import { readZip, ZipError } from './zip.ts';

/** The parts of a version that say which code it runs. */
export type CodeReference = Pick<VersionRecord, 'codeId' | 'codeSha256' | 'codeBytes'>;

const chunkBytes = 393_216;
const maxZipBytes = 52_428_800;
/** More than a function can have. */
const maxVersionsRead = 10_000;

/** Where code may come from. */
export interface GivenCode {
  readonly ZipFile?: Uint8Array | undefined;
  readonly S3Bucket?: string | undefined;
  readonly ImageUri?: string | undefined;
  readonly SourceKMSKeyArn?: string | undefined;
}

/**
 * Checks a code package.
 *
 * @throws {Fault} InvalidParameterValueException
 */
export const checkedPackage = async (
  { ZipFile, S3Bucket, ImageUri, SourceKMSKeyArn }: GivenCode,
  account: string,
): Promise<Buffer> => {
  if (ImageUri !== undefined) throw invalid('Only functions in ZIP packages are served.');
  if (SourceKMSKeyArn !== undefined) throw invalid('Packages under a KMS key are not available on this server.');
  if (S3Bucket !== undefined) throw invalid('Error occurred while GetObject. S3 Error Code: NoSuchBucket.');
  if (!ZipFile?.length) throw invalid('Please provide a source for function code.');
  const archive = Buffer.from(ZipFile.buffer, ZipFile.byteOffset, ZipFile.byteLength);
  if (archive.length > maxZipBytes) throw invalid('Unzipped size must be smaller than 262144000 bytes');
  try {
    let files = 0;
    for await (const _file of readZip(archive, account)) files++;
    if (files === 0) throw invalid('Uploaded file must be a non-empty zip');
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    throw fault(
      'InvalidParameterValueException',
      'Could not unzip uploaded file. Please check your file, then try to upload again.',
      {
        cause: error,
      },
    );
  }
  return archive;
};

const invalid = (message: string) => fault('InvalidParameterValueException', message);

/** SHA-256 and size of a package, as every version shows them. */
export const describePackage = (archive: Buffer): Omit<CodeReference, 'codeId'> => ({
  codeSha256: hash('sha256', archive, 'base64'),
  codeBytes: archive.length,
});

/** Stores a package. */
export const storePackage = (tx: Transaction, archive: Buffer): CodeReference => {
  const codeId = randomUuid();
  for (let chunk = 0; chunk * chunkBytes < archive.length; chunk++) {
    const base64 = archive.toString('base64', chunk * chunkBytes, (chunk + 1) * chunkBytes);
    codeChunks.put(tx, [codeId, numbered(chunk)], { base64 });
  }
  return { codeId, ...describePackage(archive) };
};

/** The package that {@link storePackage} stored; undefined: it was deleted meanwhile. */
export const readPackage = (tx: Transaction, { codeId, codeBytes, codeSha256 }: CodeReference): Buffer | undefined => {
  const pieces: Buffer[] = [];
  for (let chunk = 0; chunk * chunkBytes < codeBytes; chunk++) {
    const piece = codeChunks.find(tx, [codeId, numbered(chunk)]);
    if (!piece) return undefined;
    pieces.push(Buffer.from(piece.base64, 'base64'));
  }
  const archive = Buffer.concat(pieces);
  return hash('sha256', archive, 'base64') === codeSha256 ? archive : undefined;
};

/** Deletes a package that no version of its function runs any more. */
export const releasePackage = (tx: Transaction, place: FunctionPlace, { codeId, codeBytes }: CodeReference): void => {
  const key = [place.account, place.region, place.name];
  const published = versionRecords.list(tx, key, { limit: maxVersionsRead }).items;
  if (functionRecords.find(tx, key)?.codeId === codeId || published.some((each) => each.codeId === codeId)) return;
  for (let chunk = 0; chunk * chunkBytes < codeBytes; chunk++) codeChunks.delete(tx, [codeId, numbered(chunk)]);
};

const numbered = (chunk: number): string => String(chunk).padStart(6, '0');
