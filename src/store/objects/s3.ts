import { NoSuchObject, type Objects, ObjectsUnavailable, requireName, type StoredObject } from './objects.ts';
import { elementsIn, S3Client, type S3Settings } from './s3-client.ts';

/** Of an upload, and of a range read: what is in memory at one time. Parts but the last have at least 5 MiB. */
const partBytes = 8 * 1024 * 1024;

/** Objects in a bucket of S3, or of anything that speaks like it. */
export class S3Objects implements Objects {
  readonly #client: S3Client;
  readonly #prefix: string;

  /** @param prefix of every name in the bucket, e.g. `backups/`; may be empty */
  constructor(settings: S3Settings, prefix: string) {
    this.#client = new S3Client(settings);
    this.#prefix = prefix;
  }

  async put(name: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    const full = this.#fullName(name);
    const parts = partsOf(content);
    const first = await parts.next();
    const second = first.done ? first : await parts.next();
    if (second.done) {
      await this.#client.ask({ method: 'PUT', name: full, body: first.value ?? Buffer.alloc(0) });
      return;
    }
    const begun = await this.#client.ask({ method: 'POST', name: full, query: { uploads: '' } });
    const [uploadId] = elementsIn(begun.body.toString('utf8'), 'UploadId');
    if (uploadId === undefined) throw new ObjectsUnavailable('the endpoint began no multipart upload');
    try {
      const tags: string[] = [];
      const upload = async (body: Buffer): Promise<void> => {
        const query = { partNumber: String(tags.length + 1), uploadId };
        const { headers } = await this.#client.ask({ method: 'PUT', name: full, query, body });
        tags.push(headers.etag ?? '');
      };
      await upload(first.value!);
      await upload(second.value);
      for await (const part of parts) await upload(part);
      const list = tags.map((tag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${tag}</ETag></Part>`).join('');
      await this.#client.ask({
        method: 'POST',
        name: full,
        query: { uploadId },
        body: Buffer.from(`<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`),
      });
    } catch (error) {
      // What cannot be given up now is left to the bucket's lifecycle rule; the first error says more than a second one.
      await this.#client.ask({ method: 'DELETE', name: full, query: { uploadId } }).catch(() => undefined);
      throw error;
    }
  }

  async *get(name: string): AsyncGenerator<Buffer> {
    const full = this.#fullName(name);
    let etag: string | undefined;
    for (let from = 0; ; ) {
      const { status, headers, body } = await this.#client.ask(
        {
          method: 'GET',
          name: full,
          headers: {
            range: `bytes=${from}-${from + partBytes - 1}`,
            // All ranges are of one object, also where it is replaced meanwhile.
            ...(etag !== undefined && { 'if-match': etag }),
          },
        },
        [404, 416],
      );
      if (status === 404) throw new NoSuchObject(`there is no ${full}`);
      if (status === 416) return;
      if (body.length > 0) yield body;
      from += body.length;
      const total = Number(/\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1]);
      // Without a range in the answer it was the whole object.
      if (!(from < total) || body.length === 0) return;
      etag = headers.etag;
    }
  }

  async *list(prefix: string): AsyncGenerator<StoredObject> {
    for (let token: string | undefined; ; ) {
      const query = {
        'list-type': '2',
        prefix: this.#prefix + prefix,
        ...(token !== undefined && { 'continuation-token': token }),
      };
      const { body } = await this.#client.ask({ method: 'GET', query });
      const xml = body.toString('utf8');
      for (const object of elementsIn(xml, 'Contents')) {
        const [key, modified] = ['Key', 'LastModified'].map((tag) => elementsIn(object, tag)[0] ?? '');
        yield { name: key!.slice(this.#prefix.length), storedAt: Date.parse(modified!) };
      }
      token = elementsIn(xml, 'NextContinuationToken')[0];
      if (token === undefined) return;
    }
  }

  async delete(name: string): Promise<void> {
    await this.#client.ask({ method: 'DELETE', name: this.#fullName(name) }, [404]);
  }

  #fullName(name: string): string {
    requireName(name);
    return this.#prefix + name;
  }
}

/** Content in pieces of one part; the last may be shorter. */
async function* partsOf(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, undefined> {
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of content) {
    pieces.push(piece);
    bytes += piece.length;
    while (bytes >= partBytes) {
      const joined = Buffer.concat(pieces, bytes);
      yield joined.subarray(0, partBytes);
      pieces = [joined.subarray(partBytes)];
      bytes -= partBytes;
    }
  }
  if (bytes > 0) yield Buffer.concat(pieces, bytes);
}
