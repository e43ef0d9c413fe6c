/** An error of the operating system, as Node reports it. */
export interface SystemError extends Error {
  /** As errno(3) and getaddrinfo(3) have it. */
  readonly code: string;
  readonly syscall: string;
}

/** Whether the operating system refused something: a set-up to mend, not a bug. */
export const isSystemError = (error: unknown): error is SystemError =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  'syscall' in error &&
  typeof error.syscall === 'string';

/** Whether the operating system refused because this user may not, or nobody may. */
export const isForbidden = (error: unknown): boolean =>
  isSystemError(error) && ['EACCES', 'EPERM', 'EROFS'].includes(error.code);

/** What to do about it, as a clause. */
export const remedyOfSystemError = ({ code }: SystemError): string =>
  remedies[code] ?? 'see that the settings name what is meant';

const remedies: Readonly<Record<string, string>> = {
  EACCES: 'run it as a user who may, or let this one',
  EADDRINUSE: 'another program has the address; choose another port, or stop it',
  EADDRNOTAVAIL: 'name an address of this machine',
  EDQUOT: 'make room',
  EEXIST: 'something else is there; name another path',
  EISDIR: 'a directory is there; name a file',
  EMFILE: 'raise the limit of open files (ulimit -n)',
  ENOENT: 'see that it is there, or name another path',
  ENOSPC: 'make room',
  ENOTDIR: 'a file is in the way; name another path',
  ENOTFOUND: 'name an address of this machine, or a host that is known',
  EPERM: 'nobody may do this there; name another path',
  EROFS: 'the file system is read-only; name another path, or mount it for writing',
};
