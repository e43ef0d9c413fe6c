import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireConfined } from './confinement.ts';
import { isolations } from './isolation.ts';
import { alone } from './other-user.ts';

test('functions run as the server’s user only where the operator says so', () => {
  assert.throws(() => requireConfined(alone, false), {
    code: 'InvalidRuntimeException',
    message: /--unconfined-functions/,
  });
  requireConfined(alone, true);
  assert.ok(isolations.length > 0);
  for (const isolation of isolations) requireConfined(isolation, false);
});
