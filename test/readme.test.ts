import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { options } from '../src/options.ts';

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');

it('the README lists every setting with its variable, default and meaning', () => {
  const rows = options.map(
    ({ name, env, value, default: byDefault, help }) =>
      `| \`--${name}${value ? ` <${value.replaceAll('|', '\\|')}>` : ''}\` | \`${env}\` | ${byDefault === undefined ? '' : `\`${byDefault}\``} | ${help} |`,
  );
  const table = ['| flag | environment | default | |', '|---|---|---|---|', ...rows].join('\n');
  assert.ok(readme.includes(table), `the README's settings table should read:\n${table}`);
});
