import type { CreateKeyCommandInput } from '@aws-sdk/client-kms';
import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import { oncePerCall } from '../../kernel/once.ts';
import type { CustomKeyStores } from './custom-key-stores.ts';
import type { KeyRecord } from './key-record.ts';
import type { KmsKey } from './kms-key.ts';

/** What is chosen for a key before it has material. */
type Chosen = Pick<KeyRecord, 'account' | 'region' | 'policy' | 'description' | 'tags' | 'keySpec' | 'keyUsage'>;

/**
 * Whether CreateKey is to make a key in a custom key store.
 *
 * @throws {Fault} ValidationException: members that do not go together; UnsupportedOperationException: a key that no store has
 */
export const isForCustomKeyStore = (input: CreateKeyCommandInput): boolean => {
  const { Origin = 'AWS_KMS', CustomKeyStoreId, XksKeyId } = input;
  if (Origin === 'EXTERNAL_KEY_STORE') throw unsupported('External key stores are not supported.');
  if ((CustomKeyStoreId !== undefined) !== (Origin === 'AWS_CLOUDHSM'))
    throw fault('ValidationException', 'CustomKeyStoreId is required with, and only with, the origin AWS_CLOUDHSM.');
  if (XksKeyId !== undefined)
    throw fault('ValidationException', 'XksKeyId is only for keys of the origin EXTERNAL_KEY_STORE.');
  if (Origin !== 'AWS_CLOUDHSM') return false;
  const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT';
  if (spec !== 'SYMMETRIC_DEFAULT' || input.MultiRegion)
    throw unsupported('Custom key stores support only symmetric encryption keys of a single Region.');
  return true;
};

/** The record of a new key in a connected store; its material is made on the token. @throws {Fault} as CreateKey */
export const newOutsideRecord = async (
  stores: CustomKeyStores,
  chosen: Chosen,
  input: CreateKeyCommandInput,
  call: Call,
): Promise<KeyRecord> => {
  const store = stores.getConnected(call, input.CustomKeyStoreId!);
  const cluster = stores.hsm.requireCluster(call, store.hsm.clusterId, 2);
  const { keyId, materialId } = await oncePerCall(input, () => stores.hsm.generate(store, cluster));
  stores.addKey(call.tx, store, materialId, keyId);
  return {
    ...chosen,
    id: keyId,
    createdAt: call.now.getTime(),
    origin: 'AWS_CLOUDHSM',
    manager: 'CUSTOMER',
    multiRegion: false,
    state: 'Enabled',
    materials: [{ id: materialId }],
    outside: { storeId: store.id, clusterId: cluster.id },
  };
};

/** Asserts that a key's material is in this server. @throws {Fault} UnsupportedOperationException */
export const refuseOutside = ({ record: { origin, outside }, arn }: KmsKey): void => {
  if (outside) throw unsupported(`${arn} origin is ${origin} which is not valid for this operation.`);
};

const unsupported = (message: string) => fault('UnsupportedOperationException', message);
