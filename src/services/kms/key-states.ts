import type { KeyState } from '@aws-sdk/client-kms';
import { type Fault, fault } from '../../kernel/fault.ts';

/** What a state answers, by the letter used in the table. */
const answers: Readonly<Record<string, (arn: string) => Fault>> = {
  D: (arn) => fault('DisabledException', `${arn} is disabled.`),
  P: (arn) => fault('KMSInvalidStateException', `${arn} is pending deletion.`),
  I: (arn) => fault('KMSInvalidStateException', `${arn} is pending import.`),
  V: (arn) => fault('KMSInvalidStateException', `${arn} is unavailable.`),
  N: (arn) => fault('KMSInvalidStateException', `${arn} is not pending deletion.`),
  U: (arn) => fault('UnsupportedOperationException', `${arn} is unavailable.`),
  C: (arn) => fault('KMSInvalidStateException', `${arn} is creating.`),
  G: (arn) => fault('KMSInvalidStateException', `${arn} is updating.`),
};

const columns: readonly KeyState[] = [
  'Enabled',
  'Disabled',
  'PendingDeletion',
  'PendingReplicaDeletion',
  'PendingImport',
  'Unavailable',
  'Creating',
  'Updating',
];

//                     En Di PD PR PI Un Cr Up
const cryptographic = '-  D  P  P  I  V  C  -';
const descriptive = '  -  -  P  P  -  -  -  -';

/**
 * Which operation works on a key in which state (`-`), and what the others answer. Operations that work on every key have
 * no row.
 *
 * @see KMS developer guide: "Key states of AWS KMS keys"
 */
const table: Readonly<Record<string, string>> = {
  //                   En Di PD PR PI Un Cr Up
  CancelKeyDeletion: ' N  N  -  -  N  N  N  N',
  CreateAlias: '       -  -  P  P  -  -  -  -',
  CreateGrant: '       -  D  P  P  I  -  -  -',
  Decrypt: cryptographic,
  DisableKeyRotation: '-  D  P  P  U  U  C  G',
  DisableKey: '        -  -  P  P  I  -  C  G',
  EnableKeyRotation: ' -  D  P  P  U  U  C  G',
  EnableKey: '         -  -  P  P  I  -  C  G',
  DeleteImportedKeyMaterial: '- - - - - U C G',
  DeriveSharedSecret: cryptographic,
  Encrypt: cryptographic,
  GenerateDataKey: cryptographic,
  GenerateDataKeyPair: cryptographic,
  GenerateDataKeyPairWithoutPlaintext: cryptographic,
  GenerateDataKeyWithoutPlaintext: cryptographic,
  GenerateMac: cryptographic,
  GetParametersForImport: '- - P P - U C G',
  GetPublicKey: '      -  D  P  P  I  -  C  -',
  GetKeyRotationStatus: '-  -  -  -  -  U  -  -',
  ImportKeyMaterial: ' -  -  P  P  -  U  C  G',
  ListKeyRotations: '  -  -  -  -  -  U  -  -',
  ReEncrypt: cryptographic,
  ReplicateKey: '      -  D  P  P  I  -  C  G',
  RotateKeyOnDemand: ' -  D  P  P  I  U  C  G',
  Sign: cryptographic,
  ScheduleKeyDeletion: '-  -  P  P  -  -  C  G',
  TagResource: descriptive,
  UntagResource: descriptive,
  // The key that the alias leaves may be in any state; this row is for the one it comes to.
  UpdateAlias: '       -  -  P  P  -  -  -  -',
  UpdateKeyDescription: descriptive,
  // This row is for both keys.
  UpdatePrimaryRegion: '-  D  P  P  I  -  C  G',
  Verify: cryptographic,
  VerifyMac: cryptographic,
};

const faults = new Map(
  Object.entries(table).map(([operation, row]) => {
    const letters = row.trim().split(/ +/);
    return [operation, new Map(columns.map((state, column) => [state, answers[letters[column]!]]))];
  }),
);

/**
 * Asserts that a key's state lets an operation proceed.
 *
 * @throws {Fault} what the table says; plain Error for an operation without a row
 */
export const requireState = (operation: string, state: KeyState, arn: string): void => {
  const row = faults.get(operation);
  if (!row) throw new Error(`no key states for ${operation}`);
  const answer = row.get(state);
  if (answer) throw answer(arn);
};
