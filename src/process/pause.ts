/** Stops this thread for so many milliseconds: nothing else runs on it meanwhile. */
export const pauseThread = (ms: number): void => {
  Atomics.wait(nobody, 0, 0, ms);
};

/** What is waited on, though nobody wakes. */
const nobody = new Int32Array(new SharedArrayBuffer(4));
