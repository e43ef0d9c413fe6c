import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { findModels, readModel } from './find-models.ts';

const model = (apiVersion: string): string =>
  JSON.stringify({ metadata: { apiVersion, endpointPrefix: 'x', protocol: 'json' }, operations: {}, shapes: {} });

test("finds models in a flat folder and in botocore's layout, the newest version of each", () => {
  const folder = mkdtempSync(join(tmpdir(), 'models-'));
  try {
    writeFileSync(join(folder, 'flat.json'), model('1'));
    writeFileSync(join(folder, 'endpoints.json'), '{"partitions":[]}');
    for (const version of ['2014-11-01', '2016-02-03']) {
      mkdirSync(join(folder, 'packed', version), { recursive: true });
      writeFileSync(join(folder, 'packed', version, 'service-2.json.gz'), gzipSync(model(version)));
    }
    mkdirSync(join(folder, 'empty'));
    const found = findModels(folder).map(({ service, path }) => [service, readModel(path).metadata.apiVersion]);
    assert.deepEqual(found, [
      ['flat', '1'],
      ['packed', '2016-02-03'],
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
