import { lockedMemory } from '../../src/store/engines/memory.ts';
import { openStore } from '../../src/store/open.ts';
import { acceptance } from './acceptance.ts';
import { batchAcceptance } from './batches.ts';

acceptance('memory', () => openStore({ data: ':memory:' }));
batchAcceptance('memory', lockedMemory);
