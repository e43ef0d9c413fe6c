/**
 * Writes src/model/<service>.json and src/model/iam-data/<prefix>.json from a folder of botocore-format service models.
 *
 *   node tools/model/main.ts <folder of models> [--only kms,sts]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compact } from './compact.ts';
import { findModels, readModel } from './find-models.ts';
import { iamFacts } from './iam-facts.ts';

const TARGET = fileURLToPath(new URL('../../src/model/', import.meta.url));

const main = (): number => {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { only: { type: 'string' } } });
  const folder = positionals[0];
  if (folder === undefined) {
    process.stderr.write('usage: node tools/model/main.ts <folder of models> [--only kms,sts]\n');
    return 2;
  }
  const only = values.only?.split(',');
  const models = findModels(folder).filter(({ service }) => only === undefined || only.includes(service));
  mkdirSync(join(TARGET, 'iam-data'), { recursive: true });
  let total = 0;
  for (const [index, { service, path }] of models.entries()) {
    const model = readModel(path);
    const iam = iamFacts(service, model);
    let bytes = write(join(TARGET, `${service}.json`), compact(service, model, iam));
    if (iam.table !== undefined) bytes += write(join(TARGET, 'iam-data', `${iam.prefix}.json`), iam.table);
    total += bytes;
    process.stdout.write(
      `[${index + 1}/${models.length}] ${service}: ${Object.keys(model.operations).length} operations, ` +
        `actions of ${iam.prefix}, ${Math.ceil(bytes / 1024)} KiB\n`,
    );
  }
  process.stdout.write(`${models.length} services, ${Math.ceil(total / 1024)} KiB in src/model\n`);
  return models.length === 0 ? 1 : 0;
};

/** One row a line, so that a new model version gives a readable diff. Returns the bytes written. */
const write = (path: string, sections: object): number => {
  const text = `{\n${Object.entries(sections)
    .map(([section, rows]) => `${JSON.stringify(section)}:{\n${lines(rows)}\n}`)
    .join(',\n')}\n}\n`;
  writeFileSync(path, text);
  return Buffer.byteLength(text);
};

const lines = (rows: object): string =>
  Object.entries(rows)
    .map(([name, row]) => `${JSON.stringify(name)}:${JSON.stringify(row)}`)
    .join(',\n');

process.exitCode = main();
