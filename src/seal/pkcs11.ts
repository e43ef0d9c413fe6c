import type { KeyObject } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { randomBytes } from '../crypto/random.ts';
import { takeSecretKey } from '../crypto/secret-key.ts';
import type { SealMethod, SealSettings, TokenSettings } from './method.ts';
import type { TokenAnswer, TokenRequest } from './pkcs11-thread.ts';
import { AlteredSeal, SealError, WrongSecret } from './seal-error.ts';

/** The seal key is encrypted by an AES key that a PKCS#11 token never lets go: an HSM, a smart card, SoftHSM. */
export const pkcs11: SealMethod = {
  create: async (id, settings) => {
    const token = tokenOf(settings);
    const secret = randomBytes(32);
    const iv = randomBytes(12);
    const wrapped = await ask({ kind: 'wrap', token, id, iv, bytes: secret });
    const key = takeSecretKey(secret);
    return {
      key,
      parameters: { iv: iv.toString('base64'), wrapped: wrapped.toString('base64') },
      keep: [
        `Every start needs the token "${token.token}" with its key "${token.object}", and BULWARK_SEAL_PIN.`,
        'The key cannot leave the token: without a second token or a backup of it, its loss is the loss of all data.',
      ],
    };
  },
  recover: async ({ id, parameters }, settings): Promise<KeyObject> => {
    const iv = Buffer.from(String(parameters.iv), 'base64');
    const bytes = Buffer.from(String(parameters.wrapped), 'base64');
    if (iv.length !== 12 || bytes.length !== 48)
      throw new AlteredSeal('seal.json holds no wrapped key: put the file back from a backup');
    const secret = await ask({ kind: 'unwrap', token: tokenOf(settings), id, iv, bytes });
    return takeSecretKey(secret);
  },
};

const tokenOf = ({ token }: SealSettings): TokenSettings => {
  if (!token)
    throw new SealError(
      'the seal is on a PKCS#11 token: name it with --seal-pkcs11, and give its PIN in BULWARK_SEAL_PIN',
    );
  return token;
};

/** Milliseconds: tokens are slow, and some wait for a button. */
const timeoutMs = 60_000;

/** A token's calls block, so they run on a thread of their own, which ends with the answer. */
const ask = (request: TokenRequest): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./pkcs11-thread.ts', import.meta.url), {
      workerData: request,
      name: 'PKCS#11 token',
    });
    const timer = setTimeout(() => {
      reject(new SealError(`the token did not answer within ${timeoutMs / 1000} s`));
      void thread.terminate();
    }, timeoutMs);
    thread.once('message', (answer: TokenAnswer) => {
      clearTimeout(timer);
      if ('bytes' in answer) resolve(Buffer.from(answer.bytes));
      else reject(answer.wrong ? new WrongSecret(answer.error) : new SealError(answer.error));
    });
    thread.once('error', (cause) => {
      clearTimeout(timer);
      reject(new SealError('the token cannot be used: pkcs11js is not installed, or its library failed', { cause }));
    });
  });
