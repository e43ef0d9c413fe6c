import { fault } from '../../kernel/fault.ts';

/**
 * Refuses requests of Nitro enclaves: an answer must be encrypted to the enclave's key or not be given.
 *
 * @param code error that the operation models for what it cannot do
 * @throws {Fault} where the request brings an attestation document
 * @see KMS developer guide: "Cryptographic attestation support in AWS KMS"
 */
export const refuseRecipient = (input: { readonly Recipient?: unknown }, code = 'ValidationException'): void => {
  if (input.Recipient !== undefined) throw fault(code, 'Recipient is not supported.');
};
