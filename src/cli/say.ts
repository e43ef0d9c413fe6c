/** Writes to standard output, and waits until it is written. @throws {Error} of the operating system: a full disk, a reader that is gone */
export const say = (text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const { stdout } = process;
    // Besides the callback, the stream tells of it by an event, which nobody else awaits.
    stdout.once('error', reject);
    stdout.write(text, (error) => {
      if (error) return;
      stdout.off('error', reject);
      resolve();
    });
  });
