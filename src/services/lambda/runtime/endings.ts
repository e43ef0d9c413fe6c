/** How a process ended, in the words of Lambda. @see Lambda developer guide: "Understanding Lambda function invocation errors" */
export const exitOf = (status: number | null, signal: NodeJS.Signals | null): string => {
  // What isolates the process passes its signal on as 128 and its number.
  const name = signal ? signalNames[signal] : status === null ? undefined : wrapped[status];
  if (name !== undefined) return `Runtime exited with error: signal: ${name}`;
  if (signal) return `Runtime exited with error: signal: ${signal}`;
  return status === 0
    ? 'Runtime exited without providing a reason'
    : `Runtime exited with error: exit status ${status}`;
};

/** Whether a process ended as one does that the kernel ends because memory is up. */
export const wasKilled = (how: string): boolean => how.endsWith('signal: killed');

const signalNames: Readonly<Record<string, string>> = {
  SIGILL: 'illegal instruction',
  SIGTRAP: 'trace/breakpoint trap',
  SIGABRT: 'aborted',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGPIPE: 'broken pipe',
  SIGTERM: 'terminated',
  SIGXCPU: 'CPU time limit exceeded',
  SIGXFSZ: 'file size limit exceeded',
  SIGSYS: 'bad system call',
};

const wrapped: Readonly<Record<number, string | undefined>> = {
  132: signalNames.SIGILL,
  133: signalNames.SIGTRAP,
  134: signalNames.SIGABRT,
  135: signalNames.SIGBUS,
  136: signalNames.SIGFPE,
  137: signalNames.SIGKILL,
  139: signalNames.SIGSEGV,
  141: signalNames.SIGPIPE,
  143: signalNames.SIGTERM,
  152: signalNames.SIGXCPU,
  153: signalNames.SIGXFSZ,
  159: signalNames.SIGSYS,
};
