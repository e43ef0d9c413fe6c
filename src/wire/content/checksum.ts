import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc32c } from './crc32c.ts';
import { Crc64Nvme } from './crc64-nvme.ts';

/** A checksum as it is being computed. */
export interface Checksum {
  update(bytes: Uint8Array): void;
  /** Big-endian, as it stands in base64 on the wire. */
  digest(): Buffer;
}

/** Makes a checksum by the last part of its header: `crc32` of `x-amz-checksum-crc32`. */
export const checksums: Readonly<Record<string, () => Checksum>> = Object.assign(Object.create(null), {
  crc32: () => new Crc32(),
  crc32c: () => new Crc32c(),
  crc64nvme: () => new Crc64Nvme(),
  sha1: () => new Digest('sha1'),
  sha256: () => new Digest('sha256'),
  sha512: () => new Digest('sha512'),
  md5: () => new Digest('md5'),
});

class Crc32 implements Checksum {
  #crc = 0;

  update(bytes: Uint8Array): void {
    this.#crc = crc32(bytes, this.#crc);
  }

  digest(): Buffer {
    const digest = Buffer.alloc(4);
    digest.writeUInt32BE(this.#crc);
    return digest;
  }
}

class Digest implements Checksum {
  readonly #hash;

  constructor(algorithm: string) {
    this.#hash = createHash(algorithm);
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  digest(): Buffer {
    return this.#hash.digest();
  }
}
