import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSharedFile } from './shared-files.ts';

describe("AWS's shared files", () => {
  it('are sections of names and values, with remarks', () => {
    const text =
      '# x\n[default]\nregion = eu-west-2 ; here\n; y\n[ profile  a b ]\r\nrole_arn=arn:aws:iam::1:role/x\r\n';
    assert.deepEqual(
      [...parseSharedFile(text)],
      [
        ['default', { region: 'eu-west-2' }],
        ['profile a b', { role_arn: 'arn:aws:iam::1:role/x' }],
      ],
    );
  });

  it('have blocks, indented below a name without a value', () => {
    const text =
      '[services local]\nssm =\n  endpoint_url = http://localhost:1\nsecrets_manager=\n  endpoint_url=http://localhost:2\n';
    assert.deepEqual(parseSharedFile(text).get('services local'), {
      ssm: { endpoint_url: 'http://localhost:1' },
      secrets_manager: { endpoint_url: 'http://localhost:2' },
    });
  });

  it('may have a section in two parts, and values with = and # in them', () => {
    const text = '[a]\nx = 1=2\n[b]\n[a]\ny = z#3\nnot a setting\n';
    assert.deepEqual(parseSharedFile(text).get('a'), { x: '1=2', y: 'z#3' });
  });
});
