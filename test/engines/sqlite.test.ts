import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { openStore } from '../../src/store/open.ts';
import { acceptance } from './acceptance.ts';

const root = mkdtempSync(join(tmpdir(), 'bulwark-engines-'));
after(() => rmSync(root, { recursive: true, force: true }));

acceptance('sqlite', () => openStore({ data: mkdtempSync(join(root, 'store-')) }));
