import type { TokenSource } from '../kernel/shared-throttle.ts';
import { TokenDesk, type TokenLease } from '../kernel/token-desk.ts';

/** Between a worker and the process that supervises, over the pipe that the worker was born with. */
type Message =
  | {
      readonly kind: 'ask-tokens';
      readonly id: number;
      readonly bucket: string;
      readonly rate: number;
      readonly wanted: number;
    }
  | { readonly kind: 'tokens'; readonly id: number; readonly lease: TokenLease };

/** A supervisor that takes longer is on its way out, in milliseconds. */
const patienceMs = 1000;

/** What the supervisor needs of a worker. */
interface Member {
  send(message: Message): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  isConnected(): boolean;
}

/** Leases tokens of request quotas to the workers. */
export class TokenCounter {
  readonly #desk: TokenDesk;

  /** @param workers how many there are */
  constructor(workers: number) {
    this.#desk = new TokenDesk(workers);
  }

  /** A worker that serves. */
  join(member: Member): void {
    member.on('message', (said) => {
      if (!isMessage(said) || said.kind !== 'ask-tokens' || !member.isConnected()) return;
      const { id, bucket, rate, wanted } = said;
      member.send({ kind: 'tokens', id, lease: this.#desk.lease(bucket, rate, wanted, Date.now()) });
    });
  }
}

/** A worker's part: asks the supervisor. */
export const tokensOfCrew = (): TokenSource => {
  const waiting = new Map<number, (lease: TokenLease | undefined) => void>();
  let asked = 0;
  process.on('message', (said: unknown) => {
    if (isMessage(said) && said.kind === 'tokens') waiting.get(said.id)?.(said.lease);
  });
  return (bucket, rate, wanted) =>
    new Promise((resolve) => {
      const id = ++asked;
      const end = (lease: TokenLease | undefined): void => {
        clearTimeout(patience);
        waiting.delete(id);
        resolve(lease);
      };
      const patience = setTimeout(end, patienceMs, undefined);
      waiting.set(id, end);
      process.send?.({ kind: 'ask-tokens', id, bucket, rate, wanted } satisfies Message);
    });
};

const isMessage = (said: unknown): said is Message =>
  typeof said === 'object' && said !== null && 'kind' in said && ['ask-tokens', 'tokens'].includes(String(said.kind));
