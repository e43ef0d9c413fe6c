import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestUuid } from './request-uuid.ts';

test('is the same for each run of a request, inside of other calls too, and another for each request and purpose', () => {
  const first = requestUuid({ requestId: 'one' }, 'key');
  assert.match(first, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(requestUuid({ requestId: 'one' }, 'key'), first);
  assert.equal(requestUuid({ requestId: 'inner', sentRequestId: 'one' }, 'key'), first);
  assert.notEqual(requestUuid({ requestId: 'two' }, 'key'), first);
  assert.notEqual(requestUuid({ requestId: 'one' }, 'other key'), first);
});
