import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KeyState } from '@aws-sdk/client-kms';
import { requireState } from './key-states.ts';

const arn = 'arn:aws:kms:eu-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

const disabled = `DisabledException: ${arn} is disabled.`;
const invalid = (what: string): string => `KMSInvalidStateException: ${arn} is ${what}.`;
const pendingDeletion = {
  PendingDeletion: invalid('pending deletion'),
  PendingReplicaDeletion: invalid('pending deletion'),
};
const notPending = invalid('not pending deletion');
const unsupported = `UnsupportedOperationException: ${arn} is unavailable.`;
const changing = { Creating: invalid('creating'), Updating: invalid('updating') };
const ofReadyKeys = {
  ...pendingDeletion,
  ...changing,
  Disabled: disabled,
  PendingImport: invalid('pending import'),
};

const allStates: readonly KeyState[] = [
  'Creating',
  'Disabled',
  'Enabled',
  'PendingDeletion',
  'PendingImport',
  'PendingReplicaDeletion',
  'Unavailable',
  'Updating',
];

/** What each operation answers in the states that refuse it. */
const refusals: Readonly<Record<string, Partial<Record<KeyState, string>>>> = {
  ...Object.fromEntries(
    [
      'Decrypt',
      'DeriveSharedSecret',
      'Encrypt',
      'GenerateDataKey',
      'GenerateDataKeyPair',
      'GenerateDataKeyPairWithoutPlaintext',
      'GenerateDataKeyWithoutPlaintext',
      'GenerateMac',
      'ReEncrypt',
      'Sign',
      'Verify',
      'VerifyMac',
    ].map((operation) => [
      operation,
      {
        ...pendingDeletion,
        Disabled: disabled,
        PendingImport: invalid('pending import'),
        Unavailable: invalid('unavailable'),
        Creating: invalid('creating'),
      },
    ]),
  ),
  CancelKeyDeletion: {
    Creating: notPending,
    Disabled: notPending,
    Enabled: notPending,
    PendingImport: notPending,
    Unavailable: notPending,
    Updating: notPending,
  },
  CreateAlias: pendingDeletion,
  CreateGrant: { ...pendingDeletion, Disabled: disabled, PendingImport: invalid('pending import') },
  ...Object.fromEntries(
    ['DisableKeyRotation', 'EnableKeyRotation'].map((operation) => [
      operation,
      { ...pendingDeletion, ...changing, Disabled: disabled, PendingImport: unsupported, Unavailable: unsupported },
    ]),
  ),
  ...Object.fromEntries(['ReplicateKey', 'UpdatePrimaryRegion'].map((operation) => [operation, ofReadyKeys])),
  RotateKeyOnDemand: { ...ofReadyKeys, Unavailable: unsupported },
  DeleteImportedKeyMaterial: { ...changing, Unavailable: unsupported },
  GetParametersForImport: { ...pendingDeletion, ...changing, Unavailable: unsupported },
  ImportKeyMaterial: { ...pendingDeletion, ...changing, Unavailable: unsupported },
  GetKeyRotationStatus: { Unavailable: unsupported },
  ListKeyRotations: { Unavailable: unsupported },
  DisableKey: { ...pendingDeletion, ...changing, PendingImport: invalid('pending import') },
  EnableKey: { ...pendingDeletion, ...changing, PendingImport: invalid('pending import') },
  GetPublicKey: {
    ...pendingDeletion,
    Disabled: disabled,
    PendingImport: invalid('pending import'),
    Creating: invalid('creating'),
  },
  ScheduleKeyDeletion: { ...pendingDeletion, ...changing },
  TagResource: pendingDeletion,
  UntagResource: pendingDeletion,
  UpdateAlias: pendingDeletion,
  UpdateKeyDescription: pendingDeletion,
};

const answer = (operation: string, state: KeyState): string | undefined => {
  try {
    requireState(operation, state, arn);
    return undefined;
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
};

for (const [operation, refused] of Object.entries(refusals)) {
  test(`${operation} works, or is refused, in each key state`, () => {
    for (const state of allStates) assert.equal(answer(operation, state), refused[state], state);
  });
}

test('an operation whose states nobody wrote down is a bug', () => {
  assert.throws(() => requireState('Bend', 'Enabled', arn), /no key states for Bend/);
});
