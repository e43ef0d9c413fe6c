import type { Option } from './options.ts';
import { ConfigError } from './setting-values.ts';

/** The setting of the device that key stores of KMS can be on. */
export const hsmOptions: readonly Option[] = [
  {
    name: 'hsm-pkcs11',
    env: 'BULWARK_HSM_PKCS11',
    value: 'uri',
    help: 'a PKCS#11 library, as RFC 7512 writes it, whose tokens can be CloudHSM clusters: pkcs11:?module-path=…',
  },
];

/** Path of the PKCS#11 library. @throws {ConfigError} it names none */
export const readHsmModule = (uri: string | undefined): string | undefined => {
  if (uri === undefined) return undefined;
  const [, path] = /^pkcs11:[^?]*\?(?:.*&)?module-path=([^&]+)/.exec(uri) ?? [];
  if (path === undefined) throw new ConfigError(`hsm-pkcs11: "${uri}" is not "pkcs11:?module-path=…"`);
  return decodeURIComponent(path);
};
