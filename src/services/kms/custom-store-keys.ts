import type { CreateKeyCommandInput } from '@aws-sdk/client-kms';
import { randomBytes } from '../../crypto/random.ts';
import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import { oncePerCall } from '../../kernel/once.ts';
import type { KeyWrap } from '../../store/store.ts';
import type { CloudHsmStoreRecord, ExternalStoreRecord } from './custom-key-store-record.ts';
import type { CustomKeyStores } from './custom-key-stores.ts';
import { wrapMaterial } from './key-material.ts';
import type { KeyRecord } from './key-record.ts';
import type { Kms } from './kms.ts';
import type { KmsKey } from './kms-key.ts';
import { newKeyId } from './new-key.ts';

/** What is chosen for a key before it has material. */
type Chosen = Pick<KeyRecord, 'account' | 'region' | 'policy' | 'description' | 'tags' | 'keySpec' | 'keyUsage'>;

/**
 * Whether CreateKey is to make a key in a custom key store.
 *
 * @throws {Fault} ValidationException: members that do not go together; UnsupportedOperationException: a key that no store has
 */
export const isForCustomKeyStore = (input: CreateKeyCommandInput): boolean => {
  const { Origin = 'AWS_KMS', CustomKeyStoreId, XksKeyId } = input;
  const external = Origin === 'EXTERNAL_KEY_STORE';
  const outside = external || Origin === 'AWS_CLOUDHSM';
  if ((CustomKeyStoreId !== undefined) !== outside)
    throw fault(
      'ValidationException',
      'CustomKeyStoreId is required with, and only with, the origins AWS_CLOUDHSM and EXTERNAL_KEY_STORE.',
    );
  if ((XksKeyId !== undefined) !== external)
    throw fault('ValidationException', 'XksKeyId is required with, and only with, the origin EXTERNAL_KEY_STORE.');
  if (!outside) return false;
  const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT';
  if (spec !== 'SYMMETRIC_DEFAULT' || input.MultiRegion)
    throw unsupported('Custom key stores support only symmetric encryption keys of a single Region.');
  return true;
};

/** The record of a new key in a connected store. @throws {Fault} as CreateKey */
export const newOutsideRecord = async (
  { stores, keyWrap }: Pick<Kms, 'stores' | 'keyWrap'>,
  chosen: Chosen,
  input: CreateKeyCommandInput,
  call: Call,
): Promise<KeyRecord> => {
  const store = stores.getConnected(call, input.CustomKeyStoreId!);
  const { Origin: origin, XksKeyId: xksKeyId } = input;
  if ((store.xks !== undefined) !== (xksKeyId !== undefined))
    throw fault('ValidationException', `Keys of custom key store ${store.id} have another origin than ${origin}.`);
  const made = store.xks
    ? await keyBehind(stores, store, xksKeyId!, { keyWrap, chosen, input, call })
    : await keyOnToken(stores, store, input, call);
  return {
    ...chosen,
    ...made,
    createdAt: call.now.getTime(),
    origin: origin!,
    manager: 'CUSTOMER',
    multiRegion: false,
    state: 'Enabled',
  };
};

type Place = Pick<KeyRecord, 'id' | 'materials' | 'outside'>;

/** Has material made on the token of a store. */
const keyOnToken = async (
  stores: CustomKeyStores,
  store: CloudHsmStoreRecord,
  input: CreateKeyCommandInput,
  call: Call,
): Promise<Place> => {
  const cluster = stores.hsm.requireCluster(call, store.hsm.clusterId, 2);
  const { keyId, materialId } = await oncePerCall(input, () => stores.hsm.generate(store, cluster));
  stores.addKey(call.tx, store, materialId, keyId);
  return { id: keyId, materials: [{ id: materialId }], outside: { storeId: store.id, clusterId: cluster.id } };
};

interface New {
  readonly keyWrap: KeyWrap;
  readonly chosen: Chosen;
  readonly input: CreateKeyCommandInput;
  readonly call: Call;
}

/** Makes the material that encrypts before a proxy does, whose key has to be there. */
const keyBehind = async (
  stores: CustomKeyStores,
  store: ExternalStoreRecord,
  xksKeyId: string,
  { keyWrap, chosen, input, call }: New,
): Promise<Place> => {
  stores.requireFreeKey(call.tx, store, xksKeyId);
  await oncePerCall(input, () => stores.external.requireKey(store, xksKeyId, call));
  const id = newKeyId(false);
  const material = wrapMaterial(randomBytes(32), { ...chosen, id }, keyWrap);
  stores.addKey(call.tx, store, xksKeyId, id);
  return { id, materials: [material], outside: { storeId: store.id, xksKeyId } };
};

/** Asserts that a key's material is in this server. @throws {Fault} UnsupportedOperationException */
export const refuseOutside = ({ record: { origin, outside }, arn }: KmsKey): void => {
  if (outside) throw unsupported(`${arn} origin is ${origin} which is not valid for this operation.`);
};

const unsupported = (message: string) => fault('UnsupportedOperationException', message);
