import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { RecipientInfo } from '@aws-sdk/client-kms';
import { envelop } from '../../crypto/enveloped-data.ts';
import { fault } from '../../kernel/fault.ts';
import type { Conditions } from '../../kernel/operation.ts';
import { AttestationError, type AttestedState, verifyAttestation } from './attestation-document.ts';

/** Who an answer is encrypted to instead of being given in the clear. */
export interface Recipient {
  readonly publicKey: KeyObject;
  /** `kms:RecipientAttestation:…` */
  readonly conditions: Conditions;
  /** CloudTrail's `additionalEventData.recipient`. */
  readonly eventData: object;
}

/** A request that may bring an attestation document. */
interface AttestedInput {
  readonly Recipient?: RecipientInfo | undefined;
}

/** A document is good for this long. @see KMS developer guide: "Cryptographic attestation support in AWS KMS" */
const freshMs = 5 * 60_000;

/** Nitro enclaves that ask KMS, and what they prove. @see KMS developer guide: "Cryptographic attestation support in AWS KMS" */
export class Recipients {
  readonly #roots: readonly X509Certificate[];
  /** One input's document is verified once, however often it is asked for. */
  readonly #verified = new WeakMap<RecipientInfo, Recipient>();

  /** @param roots trust anchors of attestation documents, PEM */
  constructor(roots: readonly string[]) {
    this.#roots = roots.map((pem) => new X509Certificate(pem));
  }

  /**
   * The recipient that a request names; undefined where it names none.
   *
   * @throws {Fault} ValidationException: its document proves nothing
   */
  find({ Recipient: given }: AttestedInput, now: Date): Recipient | undefined {
    if (given === undefined) return undefined;
    let recipient = this.#verified.get(given);
    if (!recipient) {
      recipient = this.#verify(given, now);
      this.#verified.set(given, recipient);
    }
    return recipient;
  }

  #verify({ AttestationDocument, KeyEncryptionAlgorithm }: RecipientInfo, now: Date): Recipient {
    if (!AttestationDocument || !KeyEncryptionAlgorithm) {
      throw refused('Recipient needs an AttestationDocument and a KeyEncryptionAlgorithm.');
    }
    const { buffer, byteOffset, byteLength } = AttestationDocument;
    try {
      const state = verifyAttestation(Buffer.from(buffer, byteOffset, byteLength), this.#roots, now);
      const age = now.getTime() - state.madeAt.getTime();
      if (Math.abs(age) > freshMs) throw new AttestationError('it is older than five minutes');
      return { publicKey: publicKeyOf(state), conditions: conditionsOf(state), eventData: eventDataOf(state) };
    } catch (cause) {
      if (!(cause instanceof AttestationError)) throw cause;
      throw refused(`The attestation document is not valid: ${cause.message}.`, cause);
    }
  }
}

const refused = (message: string, cause?: Error) => fault('ValidationException', message, { cause });

const publicKeyOf = ({ publicKey }: AttestedState): KeyObject => {
  if (!publicKey) throw new AttestationError('it has no public key');
  try {
    const key = createPublicKey({ key: publicKey, format: 'der', type: 'spki' });
    const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
    if (key.asymmetricKeyType === 'rsa' && modulusLength >= 2048 && modulusLength <= 4096) return key;
  } catch (cause) {
    throw new AttestationError('its public key cannot be read', { cause });
  }
  throw new AttestationError('its public key is not RSA of 2,048 to 4,096 bits');
};

/** Condition keys of a request, with what its recipient proved where there is one. */
export const withRecipient = (conditions: Conditions, recipient: Recipient | undefined): Conditions =>
  recipient ? { ...conditions, ...recipient.conditions } : conditions;

/** @see KMS developer guide: "kms:RecipientAttestation:ImageSha384", "kms:RecipientAttestation:PCR", "…:NitroTPMPCR" */
const conditionsOf = ({ pcrs, nitroTpmPcrs }: AttestedState): Conditions => ({
  // The measurement of the enclave's image is its first register.
  'kms:RecipientAttestation:ImageSha384': pcrs.get(0),
  ...Object.fromEntries([...pcrs].map(([index, value]) => [`kms:RecipientAttestation:PCR${index}`, value])),
  ...Object.fromEntries(
    [...nitroTpmPcrs].map(([index, value]) => [`kms:RecipientAttestation:NitroTPMPCR${index}`, value]),
  ),
});

/** @see KMS developer guide: "Monitoring requests for Nitro enclaves" */
const eventDataOf = ({ moduleId, pcrs }: AttestedState): object => ({
  attestationDocumentModuleId: moduleId,
  attestationDocumentEnclaveImageDigest: pcrs.get(0),
  ...Object.fromEntries(
    [1, 2, 3, 4, 8].flatMap((index) => {
      const value = pcrs.get(index);
      return value === undefined ? [] : [[`attestationDocumentEnclavePCR${index}`, value]];
    }),
  ),
});

/** A secret as an answer gives it: under its own name, or encrypted to the recipient. */
export type SecretAnswer<Name extends string> = {
  readonly [N in Name | 'CiphertextForRecipient']?: Uint8Array;
};

/**
 * A secret under its own name, or encrypted to the recipient and not otherwise.
 *
 * @param secret cleared where it is encrypted
 */
export const answerSecret = <Name extends string>(
  name: Name,
  secret: Uint8Array,
  recipient: Recipient | undefined,
): SecretAnswer<Name> => {
  if (!recipient) return { [name]: secret } as SecretAnswer<Name>;
  const CiphertextForRecipient = envelop(secret, recipient.publicKey);
  secret.fill(0);
  eventDataByAnswer.set(CiphertextForRecipient, recipient.eventData);
  return { CiphertextForRecipient } as SecretAnswer<Name>;
};

/** Who an answer was encrypted to, as the journal tells it; undefined: to nobody. */
export const recipientOfAnswer = (answer: { readonly CiphertextForRecipient?: Uint8Array | undefined }) =>
  answer.CiphertextForRecipient && eventDataByAnswer.get(answer.CiphertextForRecipient);

const eventDataByAnswer = new WeakMap<Uint8Array, object>();
