import type {
  ListKeyRotationsCommandInput,
  ListKeyRotationsCommandOutput,
  RotationsListEntry,
} from '@aws-sdk/client-kms';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import type { KeyRecord } from '../key-record.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { listPage } from '../listing.ts';
import { requireRotatable } from '../rotation.ts';

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
    requireRotatable('ListKeyRotations', key);
    key.requireState('ListKeyRotations');
    const entries = entriesOf(key.record);
    const shown = input.IncludeKeyMaterial === 'ALL_KEY_MATERIAL' ? entries : entries.slice(1);
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

const entriesOf = ({ id, materials }: KeyRecord): readonly RotationsListEntry[] =>
  materials.map(({ id: materialId, rotation }, at) => ({
    KeyId: id,
    KeyMaterialId: materialId,
    KeyMaterialState: at === materials.length - 1 ? 'CURRENT' : 'NON_CURRENT',
    ...(rotation && { RotationDate: new Date(rotation.at), RotationType: rotation.type }),
  }));
