import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { describe, it } from 'node:test';
import { MessageError, parseMessage, sealMessage } from './encryption-sdk-message.ts';

const dataKey = createSecretKey(Buffer.alloc(32, 7));
const encrypted = { keyArn: 'arn:aws:kms:us-east-1:111122223333:key/a', ciphertext: Buffer.from('encrypted data key') };
const context = { PARAMETER_ARN: 'arn:aws:ssm:us-east-1:111122223333:parameter/p', another: 'x' };

describe('messages of the AWS Encryption SDK', () => {
  const message = sealMessage(Buffer.from('attack at dawn'), dataKey, encrypted, context);

  it('begin as the format says: version 1, algorithm 0178, context sorted by key', () => {
    assert.equal(message.toString('hex', 0, 4), '01800178');
    const pairs = message.subarray(22, 22 + message.readUInt16BE(20));
    assert.deepEqual(
      [pairs.readUInt16BE(0), pairs.toString('utf8', 4, 4 + pairs.readUInt16BE(2))],
      [2, 'PARAMETER_ARN'],
    );
  });

  it('open with their data key', () => {
    const parsed = parseMessage(message);
    assert.deepEqual(parsed.encrypted, encrypted);
    assert.equal(parsed.open(dataKey).toString(), 'attack at dawn');
    assert.throws(() => parsed.open(createSecretKey(Buffer.alloc(32, 8))), MessageError);
  });

  it('do not open with any bit changed, nor cut short', () => {
    for (let bit = 0; bit < message.length * 8; bit++) {
      const changed = Buffer.from(message);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      assert.throws(() => parseMessage(changed).open(dataKey), MessageError, `bit ${bit}`);
    }
    for (let length = 0; length < message.length; length++) {
      assert.throws(() => parseMessage(message.subarray(0, length)), MessageError);
    }
  });
});
