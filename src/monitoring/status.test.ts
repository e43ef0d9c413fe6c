import assert from 'node:assert/strict';
import { it } from 'node:test';
import { withoutCredentials } from './status.ts';

for (const [data, shown] of [
  ['.bulwark', '.bulwark'],
  ['/var/lib/a@b', '/var/lib/a@b'],
  ['postgres://user:pass@db:5432/bulwark', 'postgres://db:5432/bulwark'],
  ['postgresql://user:p@ss@db/bulwark?sslmode=require&password=secret', 'postgresql://db/bulwark'],
  ['postgres:///bulwark?host=/run/postgresql', 'postgres:///bulwark'],
] as const) {
  it(`the status of a server shows no credentials of ${shown}`, () => assert.equal(withoutCredentials(data), shown));
}
