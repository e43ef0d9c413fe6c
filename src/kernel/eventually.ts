/** A value that is there already, or will be: whoever gets it need not wait for the event loop where there is nothing to wait for. */
export type Eventually<T> = T | Promise<T>;

/** Goes on with a value: at once where it is there. */
export const eventually = <T, U>(value: Eventually<T>, next: (value: T) => Eventually<U>): Eventually<U> =>
  value instanceof Promise ? value.then(next) : next(value);
