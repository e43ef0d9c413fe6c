import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { makeFolder } from './folder.ts';
import { isolations, works } from './isolation.ts';
import { programPath } from './limits.ts';
import { findRuntime } from './runtimes.ts';

/** What a program in there finds. */
const script = `
test -e ${import.meta.filename} && echo sees the source
ls /proc | grep -c '^[0-9]' | grep -qx '[1-9]' || echo sees other processes
touch /usr/bulwark 2>/dev/null && echo writes to /usr
touch "$0" 2>/dev/null && echo writes to its code
touch /tmp/mine || echo cannot write to /tmp
touch /mine 2>/dev/null && echo writes to /
touch /dev/mine /dev/shm/mine 2>/dev/null && echo writes to /dev
test -r /etc/ssl/private && echo sees private keys
grep -q '^CapEff:.0000000000000000$' /proc/self/status || echo has capabilities
cat /var/task/code
`;

const programs = [
  ['nodejs22.x', '-e', 'console.log(42)'],
  ['python3.12', '-c', 'print(42)'],
] as const;

for (const [index, isolation] of isolations.entries()) {
  if (isolation.name === 'user') continue;
  const skip = works(isolation) ? false : `this host cannot do it`;
  describe(`isolation ${index + 1}, by ${isolation.name}`, { skip }, () => {
    it('shows the code and the system, and lets nothing else be seen or written', () => {
      const folder = makeFolder();
      try {
        writeFileSync(join(folder.task, 'code'), 'its own code');
        writeFileSync(join(folder.task, 'script'), script);
        const { file, args } = isolation.wrap(
          { command: ['/bin/sh', '/var/task/script'], needs: [] },
          folder,
          1_048_576,
        );
        const { stdout, stderr } = spawnSync(file, args, { encoding: 'utf8', env: { PATH: programPath } });
        assert.equal(stdout, 'its own code', stderr);
      } finally {
        rmSync(folder.path, { recursive: true, force: true });
      }
    });

    for (const [runtime, option, code] of programs) {
      const program = findRuntime(runtime);
      it(`runs ${runtime}`, { skip: program ? false : 'this host has none' }, () => {
        const folder = makeFolder();
        try {
          const command = [program!.command[0]!, option, code];
          const { file, args } = isolation.wrap({ command, needs: program!.needs }, folder, 1_048_576);
          const { stdout, stderr } = spawnSync(file, args, { encoding: 'utf8', env: { PATH: programPath } });
          assert.equal(stdout, '42\n', stderr);
        } finally {
          rmSync(folder.path, { recursive: true, force: true });
        }
      });
    }
  });
}
