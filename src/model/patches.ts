import { readFileSync } from 'node:fs';
import type { OperationRow, ServiceMetaRow, ServiceTable, ShapeRow } from './table.ts';

/** One line of `patches.json`: where AWS behaves otherwise than its own model says. */
export interface Patch {
  readonly service: string;
  /** The operations whose rows change… */
  readonly operations?: readonly string[];
  /** …or the shapes, or the facts about the service as a whole. */
  readonly shapes?: readonly string[];
  readonly meta?: true;
  /** New values of the row; `null` takes a fact away. */
  readonly set: Readonly<Record<string, unknown>>;
  /** Evidence: the page, its section, or a recorded answer. */
  readonly source: string;
}

let patches: readonly Patch[] | undefined;

/** Every known deviation. */
export const allPatches = (): readonly Patch[] => {
  patches ??= JSON.parse(readFileSync(new URL('./patches.json', import.meta.url), 'utf8')) as Patch[];
  return patches;
};

/** Applies the deviations of the service as a whole to its freshly parsed facts, in place. */
export const patchMeta = (service: string, meta: ServiceMetaRow): ServiceMetaRow => {
  for (const patch of allPatches()) if (patch.service === service && patch.meta) change(meta, 'meta', patch);
  return meta;
};

/**
 * Applies the deviations of the service's operations and shapes to its freshly parsed table, in place.
 *
 * @throws {Error} a patch names what the table does not have
 */
export const applyPatches = (service: string, table: ServiceTable): ServiceTable => {
  for (const patch of allPatches()) {
    if (patch.service !== service) continue;
    for (const name of patch.operations ?? []) change(table.ops[name], name, patch);
    for (const name of patch.shapes ?? []) change(table.shapes[name], name, patch);
  }
  return table;
};

const change = (
  row: OperationRow | ShapeRow | ServiceMetaRow | undefined,
  name: string,
  { service, set }: Patch,
): void => {
  if (row === undefined) throw new Error(`A patch names "${name}", which the model of ${service} does not have.`);
  for (const [fact, value] of Object.entries(set)) {
    if (value === null) delete (row as unknown as Record<string, unknown>)[fact];
    else (row as unknown as Record<string, unknown>)[fact] = value;
  }
};
