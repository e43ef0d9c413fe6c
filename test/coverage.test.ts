import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { servicesOn } from '../src/service-set.ts';
import { openStore } from '../src/store/open.ts';
import { coveragePage } from '../tools/coverage/table.ts';

it('the coverage page lists what is registered', async () => {
  const store = await openStore({ data: ':memory:' });
  const page = readFileSync(join(import.meta.dirname, '../docs/services.md'), 'utf8');
  assert.equal(page, coveragePage(servicesOn(store).all), 'run "npm run coverage"');
  await store.close();
});
