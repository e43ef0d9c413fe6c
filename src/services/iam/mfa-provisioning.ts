/** Bytes of a seed: 64 characters in base32, as AWS's have. */
export const seedBytes = 40;

/** RFC 4648 §6, for whole groups of five bytes. */
export const toBase32 = (bytes: Buffer): string => {
  let text = '';
  for (let start = 0; start < bytes.length; start += 5) {
    let bits = BigInt(`0x${bytes.toString('hex', start, start + 5)}`);
    let group = '';
    for (let index = 0; index < 8; index++, bits >>= 5n) group = alphabet[Number(bits & 31n)] + group;
    text += group;
  }
  return text;
};

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** `arn:aws:iam::111122223333:mfa/path/name`, the serial number of a virtual device. */
export const mfaDeviceArn = (account: string, path: string, name: string): string =>
  `arn:aws:iam::${account}:mfa${path}${name}`;

/** What the QR code tells an authenticator app, no longer than a code of version 9 holds. */
export const provisioningUri = (userName: string, account: string, base32Seed: string): string => {
  const issuer = 'Amazon%20Web%20Services';
  const label = encodeURIComponent(`${userName.slice(0, 24)}@${account}`);
  return `otpauth://totp/${issuer}:${label}?secret=${base32Seed}&issuer=${issuer}`;
};
