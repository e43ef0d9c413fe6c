/** `npm run coverage`: writes docs/services.md. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { servicesOn } from '../../src/service-set.ts';
import { openStore } from '../../src/store/open.ts';
import { coveragePage } from './table.ts';

const store = await openStore({ data: ':memory:' });
writeFileSync(join(import.meta.dirname, '../../docs/services.md'), coveragePage(servicesOn(store).all));
await store.close();
