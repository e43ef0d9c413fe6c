import { realpathSync } from 'node:fs';
import { handOver } from './folder.ts';
import type { Isolation } from './isolation.ts';
import { as, limited } from './limits.ts';

/** Where root may make no namespaces, as in most containers. */
export const otherUser: Isolation = {
  name: 'user',
  description: 'the host’s files as a user sees them that owns none, in processes without privileges',
  weakness:
    'functions see the host’s world-readable files and its processes, and their files in /tmp are bounded one by one: install bubblewrap and allow user namespaces (in a container: a seccomp profile that lets unshare pass)',
  wrap: ({ command }, folder, tmpBytes) => {
    const uid = handOver(folder);
    const { task, runtime, tmp } = folder;
    const [file = '', ...args] = as(uid, limited(command, tmpBytes));
    return {
      file,
      args: ['--pdeathsig', 'SIGKILL', ...args],
      task,
      runtime,
      tmp,
      // What has left the family is still of the user; the shell itself is spared.
      killRest: as(uid, ['sh', '-c', 'kill -KILL -1']),
    };
  },
};

/** Where nothing else works. */
export const alone: Isolation = {
  name: 'process',
  description: 'the host’s files as this server sees them: run only functions that you trust',
  weakness:
    'functions could do what the server’s user can, so they run in open mode or with --unconfined-functions only: install bubblewrap and allow user namespaces',
  wrap: ({ command }, { task, runtime, tmp }) => ({
    file: realpathSync(command[0]!),
    args: command.slice(1),
    task,
    runtime,
    tmp,
  }),
};
