const times = 8;
const runs = 3;

/**
 * How many times the CPU of this process work takes that is {@link times} as large: 8 where its time grows with its size, 64
 * where it grows with the square. What else the machine does has no part in it.
 *
 * @param work on something of the size that it is told
 * @param size large enough for a millisecond of work or more
 */
export const growth = async (work: (size: number) => unknown, size: number): Promise<number> => {
  const small = await leastCpu(() => work(size));
  return (await leastCpu(() => work(times * size))) / small;
};

/** More than what grows with its size comes to, and less than what grows with the square. */
export const tooMuchGrowth = 3 * times;

/** CPU of this process, in microseconds, in the cheapest of a few runs. */
export const leastCpu = async (work: () => unknown): Promise<number> => {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, user + system);
  }
  return least;
};
