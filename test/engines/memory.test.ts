import { openStore } from '../../src/store/open.ts';
import { acceptance } from './acceptance.ts';

acceptance('memory', () => openStore({ data: ':memory:' }));
