import { readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from '../crypto/random.ts';
import { signingKey } from '../crypto/sign-request.ts';
import { type Credential, serviceCaller } from '../kernel/caller.ts';

/** Access keys of the proxy's own, by id: two at a time, while one takes over from the other. */
export type AccessKeys = ReadonlyMap<string, Credential>;

/**
 * The access keys in a file: lines with id and secret, `#` before remarks. Where there is no file, one with a new key is
 * made that its owner alone may read.
 *
 * @throws {Error} the file can be neither read nor made, or a line is no access key that KMS takes
 */
export const readAccessKeys = (file: string): AccessKeys => {
  try {
    writeFileSync(file, `${newId()} ${randomBytes(33).toString('base64')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => line.replace(/#.*/, '').trim() || []);
  if (lines.length === 0) throw new Error(`${file}: there is no access key in it`);
  return new Map(
    lines.map((line, at) => {
      const [, id, secret] = /^([A-Z2-7]{20,30})\s+([a-zA-Z0-9/+=]{43,64})$/.exec(line) ?? [];
      if (id === undefined || secret === undefined)
        throw new Error(
          `${file}: access key ${at + 1} is not an id of 20 to 30 A-Z2-7 and a secret of 43 to 64 characters`,
        );
      return [id, credentialOf(id, secret)];
    }),
  );
};

const credentialOf = (accessKeyId: string, secret: string): Credential => ({
  caller: { ...serviceCaller('cks.kms.amazonaws.com'), accessKeyId },
  active: true,
  signingKey: (date, region, service) => signingKey(secret, [date, region, service, 'aws4_request']),
});

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const newId = (): string => Array.from(randomBytes(26), (byte) => base32[byte & 31]).join('');
