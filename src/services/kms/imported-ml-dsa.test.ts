import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import * as sdk from '@aws-sdk/client-kms';
import { importInto } from '../../testing/import.ts';
import { testServer } from '../../testing/server.ts';

/*
 * FIPS 204 has no examples of its own: NIST publishes them in its ACVP server, Google and C2SP in Wycheproof. Signatures of
 * KMS are hedged (FIPS 204 §3.4), so a published one is verified and not made again.
 */

interface Vector {
  readonly source: string;
  readonly keySpec: sdk.KeySpec;
  readonly seed: string;
  readonly publicKey: string;
  readonly message?: string;
  /** FIPS 204 §6.2 */
  readonly mu?: string;
  readonly signature?: string;
}

const server = await testServer();
const kms = server.client(sdk.KMSClient);
const hex = (text: string) => Buffer.from(text, 'hex');
const parameterSet: Readonly<Record<string, string>> = { ML_DSA_44: '11', ML_DSA_65: '12', ML_DSA_87: '13' };

/** PKCS #8 with the seed alone. @see RFC 9881 §6 */
const pkcs8 = ({ keySpec, seed }: Vector): Buffer =>
  hex(`3034020100300b06096086480165030403${parameterSet[keySpec]}04228020${seed}`);

const imported = async (vector: Vector): Promise<string> => {
  const input = { Origin: 'EXTERNAL', KeySpec: vector.keySpec, KeyUsage: 'SIGN_VERIFY' } as const;
  const KeyId = (await kms.send(new sdk.CreateKeyCommand(input))).KeyMetadata!.KeyId!;
  await importInto(kms, KeyId, pkcs8(vector), {}, 'RSA_AES_KEY_WRAP_SHA_256');
  return KeyId;
};

const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL('./imported-ml-dsa.vectors.json', import.meta.url), 'utf8'),
);

describe('an imported ML-DSA key', () => {
  for (const vector of vectors) {
    const { source, keySpec, publicKey, message, mu, signature } = vector;

    test(`has the public key of its seed: ${source}, ${keySpec}`, async () => {
      const { PublicKey } = await kms.send(new sdk.GetPublicKeyCommand({ KeyId: await imported(vector) }));
      assert.equal(Buffer.from(PublicKey!).subarray(22).toString('hex'), publicKey);
    });

    if (!message || !mu || !signature) continue;
    test(`takes its signature for its own, of the message and of the representative: ${source}`, async () => {
      const signed = { KeyId: await imported(vector), SigningAlgorithm: 'ML_DSA_SHAKE_256' } as const;
      const ways = [
        { ...signed, Message: hex(message), MessageType: 'RAW' },
        { ...signed, Message: hex(mu), MessageType: 'EXTERNAL_MU' },
      ] as const;
      for (const way of ways) {
        const published: sdk.VerifyCommandInput = { ...way, Signature: hex(signature) };
        assert.equal((await kms.send(new sdk.VerifyCommand(published))).SignatureValid, true);
        const altered = hex(signature);
        altered[altered.length >> 1]! ^= 1;
        await assert.rejects(kms.send(new sdk.VerifyCommand({ ...way, Signature: altered })), {
          name: 'KMSInvalidSignatureException',
        });
      }
    });
  }
});
