import { asBuffer } from '../as-buffer.ts';
import type { Row } from '../engine.ts';

/** A row of `records` as the driver gives it, whose blobs are Uint8Arrays. */
export const rowOf = (row: Record<string, unknown>): Row => ({
  id: bytes(row.id),
  partition: bytes(row.partition),
  revision: row.revision as number,
  sealed: bytes(row.sealed),
});

/** A blob as the driver gives it. */
export const bytes = (blob: unknown): Buffer => asBuffer(blob as Uint8Array);
