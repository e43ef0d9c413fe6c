import assert from 'node:assert/strict';
import { constants, createPrivateKey, createPublicKey, hash, type KeyObject, publicEncrypt } from 'node:crypto';
import { describe, test } from 'node:test';
import { type AsymmetricJob, performAsymmetric, runAsymmetric } from './asymmetric.ts';
import vectors from './asymmetric.vectors.json' with { type: 'json' };
import { derInteger, derSequence } from './der.ts';
import type { KeyPairKind } from './key-pair.ts';
import type { SignatureScheme } from './signature.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const base64url = (text: string): string => hex(text).toString('base64url');

interface Point {
  readonly curve: string;
  readonly x: string;
  readonly y: string;
}
const ecPublic = ({ curve, x, y }: Point): KeyObject =>
  createPublicKey({ key: { kty: 'EC', crv: curve, x: base64url(x), y: base64url(y) }, format: 'jwk' });
const ecPrivate = ({ curve, x, y, d }: Point & { readonly d: string }): KeyObject =>
  createPrivateKey({
    key: { kty: 'EC', crv: curve, x: base64url(x), y: base64url(y), d: base64url(d) },
    format: 'jwk',
  });
const edPrivate = (seed: string): KeyObject =>
  createPrivateKey({
    key: Buffer.concat([hex('302e020100300506032b657004220420'), hex(seed)]),
    format: 'der',
    type: 'pkcs8',
  });

const flipped = (bytes: Uint8Array, at: number): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  copy[at]! ^= 1;
  return copy;
};

/** A scheme verifies a signature, and not with any byte of it or of the message changed. */
const verifiesOnly = (scheme: SignatureScheme, key: KeyObject, message: Uint8Array, signature: Uint8Array): void => {
  const verifies = (given: Uint8Array, signed = message): boolean =>
    runAsymmetric({ kind: 'verify', scheme, key, message: signed, signature: given });
  assert.ok(verifies(signature));
  for (let at = 0; at < signature.length; at += 1 + Math.floor(signature.length / 64))
    assert.ok(!verifies(flipped(signature, at)), `byte ${at}`);
  assert.ok(!verifies(Buffer.concat([signature, Buffer.alloc(1)])));
  if (message.length > 0) assert.ok(!verifies(signature, flipped(message, 0)));
};

for (const { source, r, s, message, hash: name, ...key } of vectors.ecdsa) {
  test(`ECDSA verifies ${source}, as message and as digest`, () => {
    const signature = derSequence(derInteger(hex(r)), derInteger(hex(s)));
    const scheme = { name: 'ECDSA', hash: name as 'sha256' } as const;
    verifiesOnly({ ...scheme, input: 'message' }, ecPrivate(key), Buffer.from(message), signature);
    verifiesOnly({ ...scheme, input: 'digest' }, ecPrivate(key), hash(name, message, 'buffer'), signature);
  });
}

for (const { source, seed, publicKey, message, signature } of vectors.ed25519) {
  test(`Ed25519 signs ${source}`, () => {
    const key = edPrivate(seed);
    assert.equal(createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex'), publicKey);
    const scheme = { name: 'Ed25519' } as const;
    const signed = runAsymmetric({ kind: 'sign', scheme, key, message: hex(message) });
    assert.equal(Buffer.from(signed).toString('hex'), signature);
    verifiesOnly(scheme, key, hex(message), signed);
  });
}

for (const { source, seed, message, signature } of vectors.ed25519ph) {
  test(`Ed25519ph verifies ${source}`, () => {
    verifiesOnly({ name: 'Ed25519ph' }, edPrivate(seed), hex(message), hex(signature));
  });
}

for (const { source, secret, peerX, peerY, ...key } of vectors.ecdh) {
  test(`ECDH agrees on the secret of ${source}`, () => {
    const publicKey = ecPublic({ curve: key.curve, x: peerX, y: peerY });
    const agreed = runAsymmetric({ kind: 'agree', key: ecPrivate(key), publicKey });
    assert.equal(Buffer.from(agreed).toString('hex').toUpperCase(), secret);
  });
}

describe('a signature over a digest', () => {
  const message = Buffer.from('carried over');
  const pairs: readonly [KeyPairKind, SignatureScheme & { readonly hash: string }][] = [
    ...(['P-256', 'P-384', 'P-521', 'secp256k1'] as const).map((curve): [KeyPairKind, never] => [
      { type: 'ec', curve },
      {
        name: 'ECDSA',
        hash: { 'P-256': 'sha256', 'P-384': 'sha384', 'P-521': 'sha512', secp256k1: 'sha256' }[curve],
      } as never,
    ]),
    ...(['sha256', 'sha384', 'sha512'] as const).flatMap((name): [KeyPairKind, never][] =>
      (['RSASSA-PSS', 'RSASSA-PKCS1-v1_5'] as const).map((scheme): [KeyPairKind, never] => [
        { type: 'rsa', modulusBits: 2048 },
        { name: scheme, hash: name } as never,
      ]),
    ),
  ];
  for (const [pair, scheme] of pairs) {
    test(`is one over the message, and the other way round: ${scheme.name} ${'curve' in pair ? pair.curve : scheme.hash}`, () => {
      const key = runAsymmetric({ kind: 'generate', pair });
      const digest = hash(scheme.hash, message, 'buffer');
      const asMessage = { ...scheme, input: 'message' } as SignatureScheme;
      const asDigest = { ...scheme, input: 'digest' } as SignatureScheme;
      // Often: a mistake in a rare case (leading zeros, a carry) would show.
      for (let round = 0; round < (pair.type === 'ec' ? 40 : 2); round++) {
        const carried = runAsymmetric({ kind: 'sign', scheme: asDigest, key, message: digest });
        assert.ok(runAsymmetric({ kind: 'verify', scheme: asMessage, key, message, signature: carried }));
        const plain = runAsymmetric({ kind: 'sign', scheme: asMessage, key, message });
        assert.ok(runAsymmetric({ kind: 'verify', scheme: asDigest, key, message: digest, signature: plain }));
      }
      verifiesOnly(asDigest, key, digest, runAsymmetric({ kind: 'sign', scheme: asDigest, key, message: digest }));
    });
  }

  test('of ECDSA and Ed25519ph never repeats a nonce', () => {
    const ec = runAsymmetric({ kind: 'generate', pair: { type: 'ec', curve: 'P-256' } });
    const ed = runAsymmetric({ kind: 'generate', pair: { type: 'ed25519' } });
    const jobs: readonly AsymmetricJob[] = [
      { kind: 'sign', scheme: { name: 'ECDSA', hash: 'sha256', input: 'digest' }, key: ec, message: Buffer.alloc(32) },
      { kind: 'sign', scheme: { name: 'Ed25519ph' }, key: ed, message },
    ];
    for (const job of jobs) {
      const nonces = Array.from({ length: 100 }, () =>
        Buffer.from(runAsymmetric(job) as Uint8Array)
          .subarray(0, 32)
          .toString('hex'),
      );
      assert.equal(new Set(nonces).size, 100);
    }
  });

  test('of ECDSA is refused with components that are zero or beyond the order', () => {
    const key = runAsymmetric({ kind: 'generate', pair: { type: 'ec', curve: 'P-256' } });
    const scheme = { name: 'ECDSA', hash: 'sha256', input: 'digest' } as const;
    const order = hex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
    const one = Uint8Array.of(1);
    for (const [r, s] of [
      [Buffer.alloc(1), one],
      [one, Buffer.alloc(1)],
      [order, one],
      [one, order],
    ] as const) {
      const signature = derSequence(derInteger(r), derInteger(s));
      assert.ok(!runAsymmetric({ kind: 'verify', scheme, key, message: Buffer.alloc(32, 1), signature }));
    }
  });
});

describe('what RSA makes is as long as the modulus (RFC 8017 §7.1.2, §8.1.2, §8.2.2)', () => {
  const key = runAsymmetric({ kind: 'generate', pair: { type: 'rsa', modulusBits: 2048 } });
  const message = Buffer.from('a message');
  /** Makes until what is made begins with a zero, which an integer does not show: one in 128 to 256 does. */
  const leadingZero = (make: (round: number) => Uint8Array): Uint8Array => {
    for (let round = 0; ; round++) {
      const made = make(round);
      if (made[0] === 0) return made;
    }
  };

  for (const name of ['RSASSA-PSS', 'RSASSA-PKCS1-v1_5'] as const) {
    for (const input of ['message', 'digest'] as const) {
      test(`a signature without its leading zero is none: ${name}, ${input}`, () => {
        const scheme = { name, hash: 'sha256', input } as const;
        const signed = (round: number) => hash('sha256', `${round}`, 'buffer');
        let last = 0;
        const signature = leadingZero((round) => {
          last = round;
          return runAsymmetric({ kind: 'sign', scheme, key, message: signed(round) });
        });
        const verifies = (given: Uint8Array): boolean =>
          runAsymmetric({ kind: 'verify', scheme, key, message: signed(last), signature: given });
        assert.ok(verifies(signature));
        assert.ok(!verifies(signature.subarray(1)));
        assert.ok(!verifies(Buffer.concat([Buffer.alloc(1), signature])));
      });
    }
  }

  for (const oaepHash of ['sha1', 'sha256'] as const) {
    test(`a ciphertext without its leading zero is none: OAEP, ${oaepHash}`, () => {
      const padding = constants.RSA_PKCS1_OAEP_PADDING;
      const whole = leadingZero(() => publicEncrypt({ key: createPublicKey(key), padding, oaepHash }, message));
      const decrypted = (ciphertext: Uint8Array) => runAsymmetric({ kind: 'decrypt', hash: oaepHash, key, ciphertext });
      assert.deepEqual(decrypted(whole), message);
      assert.equal(decrypted(whole.subarray(1)), undefined);
      assert.equal(decrypted(Buffer.concat([Buffer.alloc(1), whole])), undefined);
    });
  }
});

for (const type of ['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'] as const) {
  test(`a representative is signed and verified as the message that it is of: ${type}`, () => {
    const key = runAsymmetric({ kind: 'generate', pair: { type } });
    const message = Buffer.from('the message itself');
    const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
    // FIPS 204 §5.2, §6.2: tr = H(pk, 64), μ = H(tr ‖ 0 ‖ |ctx| ‖ ctx ‖ M, 64); 22 bytes of SubjectPublicKeyInfo before pk.
    const tr = hash('shake256', spki.subarray(22), { outputEncoding: 'buffer', outputLength: 64 });
    const mu = hash('shake256', Buffer.concat([tr, Buffer.alloc(2), message]), {
      outputEncoding: 'buffer',
      outputLength: 64,
    });
    const asMessage = { name: 'ML-DSA', input: 'message' } as const;
    const asMu = { name: 'ML-DSA', input: 'mu' } as const;
    const ofMu = runAsymmetric({ kind: 'sign', scheme: asMu, key, message: mu });
    assert.ok(runAsymmetric({ kind: 'verify', scheme: asMessage, key, message, signature: ofMu }));
    const ofMessage = runAsymmetric({ kind: 'sign', scheme: asMessage, key, message });
    assert.ok(runAsymmetric({ kind: 'verify', scheme: asMu, key, message: mu, signature: ofMessage }));
    const wrong = flipped(ofMessage, 1000);
    assert.ok(!runAsymmetric({ kind: 'verify', scheme: asMu, key, message: mu, signature: wrong }));
    assert.ok(!runAsymmetric({ kind: 'verify', scheme: asMessage, key, message, signature: wrong }));
  });
}

test('slow work leaves the event loop free, in the order in which it came', async () => {
  const key = await performAsymmetric({ kind: 'generate', pair: { type: 'rsa', modulusBits: 4096 } });
  const scheme = { name: 'RSASSA-PSS', hash: 'sha256', input: 'digest' } as const;
  let turns = 0;
  const counting = setInterval(() => turns++, 1);
  const done: number[] = [];
  await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const message = hash('sha256', `${index}`, 'buffer');
      const signature = await performAsymmetric({ kind: 'sign', scheme, key, message });
      done.push(index);
      assert.ok(runAsymmetric({ kind: 'verify', scheme, key, message, signature }));
    }),
  );
  clearInterval(counting);
  assert.ok(turns >= 10, `${turns} turns of the event loop`);
  assert.equal(done.length, 20);
});

test('a job that fails fails alone', async () => {
  const key = await performAsymmetric({ kind: 'generate', pair: { type: 'rsa', modulusBits: 2048 } });
  const wrongKey = { kind: 'agree', key, publicKey: createPublicKey(key) } as const;
  await assert.rejects(async () => performAsymmetric(wrongKey));
  const ciphertext = Buffer.alloc(256, 1);
  assert.equal(await performAsymmetric({ kind: 'decrypt', hash: 'sha1', key, ciphertext }), undefined);
});
