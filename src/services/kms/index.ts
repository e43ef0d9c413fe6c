import type { Service } from '../../kernel/operation.ts';
import type { Principals } from '../../kernel/principals.ts';
import type { Store } from '../../store/store.ts';
import { Aliases } from './aliases.ts';
import { Keys } from './keys.ts';
import type { Kms } from './kms.ts';
import { createKey } from './operations/create-key.ts';
import { decrypt } from './operations/decrypt.ts';
import { describeKey } from './operations/describe-key.ts';
import { encrypt } from './operations/encrypt.ts';
import { generateDataKey } from './operations/generate-data-key.ts';
import { generateDataKeyWithoutPlaintext } from './operations/generate-data-key-without-plaintext.ts';
import { generateRandom } from './operations/generate-random.ts';
import { reEncrypt } from './operations/re-encrypt.ts';

/** What KMS stands on. */
export interface KmsParts {
  readonly store: Store;
  readonly principals: Principals;
}

/** Key Management Service: keys that never leave the server, and what is done with them. */
export const kms = ({ store, principals }: KmsParts): Service => {
  const aliases = new Aliases();
  const keyWrap = store.keyWrap('kms.key-material');
  const nouns: Kms = { keys: new Keys({ keyWrap, aliases }), aliases, principals, keyWrap };
  return {
    name: 'kms',
    operations: [
      createKey(nouns),
      decrypt(nouns),
      describeKey(nouns),
      encrypt(nouns),
      generateDataKey(nouns),
      generateDataKeyWithoutPlaintext(nouns),
      generateRandom(),
      reEncrypt(nouns),
    ],
  };
};
