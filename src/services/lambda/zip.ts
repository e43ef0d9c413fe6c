import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { Turn } from '../../kernel/in-turns.ts';

const inflate = promisify(inflateRaw);

/** A file in an archive. */
export interface ZipFile {
  /** Relative, with slashes; never leaves the folder that it is unpacked in. */
  readonly path: string;
  readonly content: Buffer;
  readonly executable: boolean;
}

/** An archive that cannot be read, or must not be unpacked. */
export class ZipError extends Error {}

/** What an archive may unpack to, in all. */
const maxUnpackedBytes = 262_144_000;
const maxFiles = 65_535;

const endSignature = 0x06054b50;
const centralSignature = 0x02014b50;
const localSignature = 0x04034b50;
const endBytes = 22;
const symbolicLink = 0o120000;
const fileType = 0o170000;

/**
 * Unpacks an archive file by file, by its central directory. Inflating is done on other threads, and the rest in
 * turns: whoever brings a large archive, or many files, keeps nobody else waiting.
 *
 * @param account whose archive it is
 * @throws {ZipError} damaged, encrypted, larger than Lambda takes, or with a file that would lie elsewhere: absolute paths,
 *   `..`, links
 * @see APPNOTE.TXT 6.3.10 §4.3
 */
export async function* readZip(archive: Buffer, account: string): AsyncGenerator<ZipFile> {
  const turn = new Turn(account);
  try {
    for (const entry of entriesOf(archive)) {
      const over = turn.next();
      if (over) await over;
      const content = await contentOf(archive, entry);
      yield { path: entry.path, content, executable: (entry.mode & 0o111) !== 0 };
    }
  } catch (error) {
    if (error instanceof RangeError) throw new ZipError('the archive is cut off', { cause: error });
    throw error;
  }
}

function* entriesOf(archive: Buffer): Generator<Entry> {
  const end = findEnd(archive);
  const count = archive.readUInt16LE(end + 10);
  if (count >= maxFiles) throw new ZipError('the archive has too many files');
  let at = archive.readUInt32LE(end + 16);
  let unpacked = 0;
  const places = new Places();
  for (let index = 0; index < count; index++) {
    if (archive.readUInt32LE(at) !== centralSignature) throw new ZipError('the central directory is damaged');
    const entry = readEntry(archive, at);
    at = entry.next;
    if (entry.path.endsWith('/')) continue;
    requireHarmless(entry);
    unpacked += entry.bytes;
    if (unpacked > maxUnpackedBytes) throw new ZipError(`the archive unpacks to more than ${maxUnpackedBytes} bytes`);
    places.take(entry.path);
    yield entry;
  }
}

/** What lies in a folder, by name. */
type Folder = Map<string, Folder | 'file'>;

/** Where files lie, so that none lies where another has a folder. Time and memory grow with the paths, however deep they are. */
class Places {
  readonly #root: Folder = new Map();
  #folders = 0;

  /** @throws {ZipError} a file and a folder have one path, or there are too many folders */
  take(path: string): void {
    const names = path.split('/');
    const file = names.pop()!;
    let folder = this.#root;
    for (const name of names) folder = this.#inside(folder, name);
    if (folder.get(file) instanceof Map) throw clashing();
    folder.set(file, 'file');
  }

  #inside(folder: Folder, name: string): Folder {
    const found = folder.get(name);
    if (found === 'file') throw clashing();
    if (found) return found;
    if (++this.#folders > maxFiles) throw new ZipError('the archive has too many folders');
    const made: Folder = new Map();
    folder.set(name, made);
    return made;
  }
}

const clashing = (): ZipError => new ZipError('the archive has a file where it has a folder');

/** The end record is the last one; a comment may follow. */
const findEnd = (archive: Buffer): number => {
  const first = Math.max(0, archive.length - endBytes - 0xffff);
  for (let at = archive.length - endBytes; at >= first; at--) {
    if (archive.readUInt32LE(at) === endSignature) return at;
  }
  throw new ZipError('it is no ZIP archive');
};

interface Entry {
  readonly path: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly mode: number;
  readonly local: number;
  readonly next: number;
}

const readEntry = (archive: Buffer, at: number): Entry => {
  const nameEnd = at + 46 + archive.readUInt16LE(at + 28);
  return {
    path: archive.toString('utf8', at + 46, nameEnd),
    flags: archive.readUInt16LE(at + 8),
    method: archive.readUInt16LE(at + 10),
    crc: archive.readUInt32LE(at + 16),
    packedBytes: archive.readUInt32LE(at + 20),
    bytes: archive.readUInt32LE(at + 24),
    mode: archive.readUInt32LE(at + 38) >>> 16,
    local: archive.readUInt32LE(at + 42),
    next: nameEnd + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32),
  };
};

const requireHarmless = ({ path, flags, mode }: Entry): void => {
  const parts = path.split('/');
  const leaves = path.startsWith('/') || /[\\\0]/.test(path) || parts.some((part) => part === '..' || part === '');
  if (leaves || path.length > 1024) throw new ZipError('the archive has a file that would lie elsewhere');
  if ((mode & fileType) === symbolicLink) throw new ZipError('the archive has a symbolic link');
  if ((flags & 1) !== 0) throw new ZipError('the archive is encrypted');
};

const contentOf = async (archive: Buffer, { local, method, packedBytes, bytes, crc }: Entry): Promise<Buffer> => {
  if (archive.readUInt32LE(local) !== localSignature) throw new ZipError('a file of the archive is damaged');
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  if (start + packedBytes > archive.length) throw new ZipError('the archive is cut off');
  const content = await unpack(archive.subarray(start, start + packedBytes), method, bytes);
  if (content.length !== bytes || crc32(content) !== crc) throw new ZipError('a file of the archive is damaged');
  return content;
};

const unpack = async (packed: Buffer, method: number, bytes: number): Promise<Buffer> => {
  if (method === 0) return packed;
  if (method !== 8) throw new ZipError(`the archive uses compression method ${method}`);
  if (bytes === 0) return Buffer.alloc(0);
  try {
    // A file that says less than it is ends here, not in memory.
    return await inflate(packed, { maxOutputLength: bytes });
  } catch (cause) {
    throw new ZipError('a file of the archive is damaged', { cause });
  }
};
