import type { GrantOperation } from '@aws-sdk/client-kms';
import { fault } from '../../kernel/fault.ts';
import type { EncryptionContext } from './encryption-context.ts';
import type { KeyRecord } from './key-record.ts';

/** Operations on the key and its grants; constraints do not apply to them. */
const managing: readonly GrantOperation[] = ['CreateGrant', 'DescribeKey', 'RetireGrant'];

/** Cryptographic operations that a grant can allow, by kind of key. @see KMS developer guide: "Grant operations" */
const cryptographic: Readonly<Record<string, readonly GrantOperation[]>> = {
  symmetric: [
    'Decrypt',
    'Encrypt',
    'GenerateDataKey',
    'GenerateDataKeyPair',
    'GenerateDataKeyPairWithoutPlaintext',
    'GenerateDataKeyWithoutPlaintext',
    'ReEncryptFrom',
    'ReEncryptTo',
  ],
  ENCRYPT_DECRYPT: ['Decrypt', 'Encrypt', 'GetPublicKey', 'ReEncryptFrom', 'ReEncryptTo'],
  GENERATE_VERIFY_MAC: ['GenerateMac', 'VerifyMac'],
  KEY_AGREEMENT: ['DeriveSharedSecret', 'GetPublicKey'],
  SIGN_VERIFY: ['GetPublicKey', 'Sign', 'Verify'],
};

const isSymmetric = ({ keySpec }: KeyRecord): boolean => keySpec === 'SYMMETRIC_DEFAULT';

/**
 * Asserts that a grant on this key can be for these operations, and with a constraint where it has one.
 *
 * @throws {Fault} ValidationException
 */
export const requireGrantable = (
  operations: readonly GrantOperation[],
  constrained: boolean,
  key: KeyRecord,
  arn: string,
): void => {
  const grantable = cryptographic[isSymmetric(key) ? 'symmetric' : key.keyUsage] ?? [];
  const unfit = operations.filter((operation) => !grantable.includes(operation) && !managing.includes(operation));
  if (unfit.length > 0) {
    throw fault('ValidationException', `Operations [${unfit.join(', ')}] are not supported by grants on ${arn}.`);
  }
  if (operations.every((operation) => operation === 'CreateGrant')) {
    throw fault('ValidationException', 'Grants must not contain only the CreateGrant operation.');
  }
  if (constrained && !isSymmetric(key)) {
    throw fault(
      'ValidationException',
      `${arn} takes no encryption context, so its grants cannot be constrained by one.`,
    );
  }
};

/** The operation that an action stands for in a grant; undefined: no grant can allow it. */
export const grantedOperation = (action: string): GrantOperation | undefined => {
  const name = action.slice(action.indexOf(':') + 1) as GrantOperation;
  return all.has(name) ? name : undefined;
};

const all: ReadonlySet<GrantOperation> = new Set([...managing, ...Object.values(cryptographic).flat()]);

/** Whether constraints apply to an operation. */
export const takesContext = (operation: GrantOperation): boolean => !managing.includes(operation);

/** Members of inputs that hold an encryption context. */
interface ContextInput {
  readonly EncryptionContext?: EncryptionContext;
  readonly SourceEncryptionContext?: EncryptionContext;
  readonly DestinationEncryptionContext?: EncryptionContext;
}

/** The encryption context that a constraint is compared with. */
export const contextFor = (operation: GrantOperation, input: ContextInput): EncryptionContext | undefined => {
  if (operation === 'ReEncryptFrom') return input.SourceEncryptionContext;
  return operation === 'ReEncryptTo' ? input.DestinationEncryptionContext : input.EncryptionContext;
};
