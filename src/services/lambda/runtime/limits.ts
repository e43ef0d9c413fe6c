import { existsSync } from 'node:fs';

/** Where functions, and what isolates them, find programs. */
export const programPath = '/usr/local/bin:/usr/bin:/bin';

/** Most processes and threads of one execution environment. @see Lambda developer guide: "Lambda quotas" */
export const maxProcesses = 1024;
const maxDescriptors = 1024;

const has = (program: string): boolean => ['/usr/bin', '/bin'].some((folder) => existsSync(`${folder}/${program}`));

/**
 * A program as it is bounded whatever isolates it: descriptors, processes of its user, files of little more than what `/tmp` holds,
 * no core dumps; the server goes first where processors are busy, and last where the kernel needs memory back.
 */
export const limited = (command: readonly string[], tmpBytes: number): readonly string[] => {
  // Where /tmp is bounded itself, it says that it is full before the kernel ends who writes.
  const fileBytes = tmpBytes + 1_048_576;
  return [
    ...(has('choom') ? ['choom', '-n', '1000', '--'] : []),
    ...['nice', '-n', '10', 'prlimit', '--core=0:0', `--nofile=${maxDescriptors}:${maxDescriptors}`],
    ...[`--nproc=${maxProcesses}:${maxProcesses}`, `--fsize=${fileBytes}:${fileBytes}`, '--'],
    ...command,
  ];
};

/** A program as a user of its own, without privileges and without a way to new ones. Root may say this. */
export const as = (uid: number, command: readonly string[]): readonly string[] => [
  ...['setpriv', '--reuid', String(uid), '--regid', String(uid), '--clear-groups'],
  ...['--no-new-privs', '--inh-caps=-all', '--bounding-set=-all', '--'],
  ...command,
];

/** What functions see of the host's `/etc`: certificates of authorities, names, time. No keys. */
export const systemFiles = [
  '/etc/ssl/certs',
  '/etc/ssl/openssl.cnf',
  '/etc/pki/tls/certs',
  '/etc/pki/ca-trust/extracted',
  '/etc/ca-certificates',
  '/etc/resolv.conf',
  '/etc/hosts',
  '/etc/nsswitch.conf',
  '/etc/ld.so.cache',
  '/etc/alternatives',
  '/etc/localtime',
];

/** Whether functions see a path of the host anyway. */
export const isSystem = (path: string): boolean => path === '/usr' || path.startsWith('/usr/');

/** Where functions find things that have a file system of their own. */
export const inside = { task: '/var/task', runtime: '/var/runtime', tmp: '/tmp' };
