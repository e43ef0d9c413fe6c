import type {
  KeyMaterialState,
  ListKeyRotationsCommandInput,
  ListKeyRotationsCommandOutput,
  RotationsListEntry,
} from '@aws-sdk/client-kms';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { pendingStateOf } from '../imported-material.ts';
import type { StoredMaterial } from '../key-material.ts';
import type { KeyRecord } from '../key-record.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { listPage } from '../listing.ts';
import { requireRotations } from '../rotation.ts';

/**
 * Lists the rotations of a key, or all its key material, the oldest first.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyRotations.html
 */
export const listKeyRotations = ({
  keys,
}: Kms): Operation<
  'ListKeyRotations',
  Input<ListKeyRotationsCommandInput>,
  Output<ListKeyRotationsCommandOutput>,
  KmsKey
> => ({
  name: 'ListKeyRotations',
  access: (input, call) => ({ resource: keys.resolve(input.KeyId, call) }),
  handle: (input, key, call) => {
    requireRotations('ListKeyRotations', key);
    key.requireState('ListKeyRotations');
    const { record } = key;
    const pending = record.pendingMaterial && pendingStateOf(call.tx, { keys }, record);
    const entries = entriesOf(record, pending);
    const isAll = input.IncludeKeyMaterial === 'ALL_KEY_MATERIAL';
    const shown = isAll ? entries : entries.filter(({ RotationType }) => RotationType !== undefined);
    // Positions sort as text.
    const positions = new Map(entries.map((entry, at) => [entry, String(at).padStart(6, '0')]));
    const { items, truncation } = listPage(
      input,
      call,
      { default: 100 },
      pageOf(shown, (entry) => positions.get(entry)!),
    );
    return { Rotations: items, ...truncation };
  },
});

const entriesOf = (
  { id, origin, materials, pendingMaterial }: KeyRecord,
  pending: KeyMaterialState | undefined,
): readonly RotationsListEntry[] => [
  ...materials.map(
    (material, at): RotationsListEntry => ({
      KeyId: id,
      KeyMaterialId: material.id,
      KeyMaterialState: at === materials.length - 1 ? 'CURRENT' : 'NON_CURRENT',
      ...(origin === 'EXTERNAL' && importOf(material)),
      ...(material.rotation && {
        RotationDate: new Date(material.rotation.at),
        RotationType: material.rotation.type,
      }),
    }),
  ),
  ...(pendingMaterial && pending
    ? [{ KeyId: id, KeyMaterialId: pendingMaterial.id, KeyMaterialState: pending, ...importOf(pendingMaterial) }]
    : []),
];

/** Whether imported material is there, until when, and what was said of it. */
const importOf = ({ wrapped, expiresAt, description }: StoredMaterial): Partial<RotationsListEntry> => ({
  ImportState: wrapped === undefined ? 'PENDING_IMPORT' : 'IMPORTED',
  ...(description !== undefined && { KeyMaterialDescription: description }),
  ...(wrapped !== undefined && {
    ExpirationModel: expiresAt === undefined ? 'KEY_MATERIAL_DOES_NOT_EXPIRE' : 'KEY_MATERIAL_EXPIRES',
  }),
  ...(expiresAt !== undefined && { ValidTo: new Date(expiresAt) }),
});
