import { crc32, deflateSync } from 'node:zlib';
import type { Modules } from './qr-code.ts';

/** How large modules are drawn, and how much light surrounds them. */
export interface Drawing {
  readonly pixelsPerModule: number;
  readonly quietModules: number;
}

/** Draws modules in black on white. @see PNG (ISO/IEC 15948) §5, §11.2 */
export const png = (modules: Modules, { pixelsPerModule, quietModules }: Drawing): Buffer => {
  const side = (modules.length + 2 * quietModules) * pixelsPerModule;
  const rows = Buffer.alloc(side * (side + 1), 0xff);
  for (let y = 0; y < side; y++) {
    const start = y * (side + 1);
    rows[start] = 0;
    const row = modules[Math.floor(y / pixelsPerModule) - quietModules];
    for (let x = 0; x < side; x++) {
      if (row?.[Math.floor(x / pixelsPerModule) - quietModules]) rows[start + 1 + x] = 0;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 8; // bits a sample; colour type 0: greyscale
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.of()),
  ]);
};

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

const chunk = (type: string, content: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type), content]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(content.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
};
