import type { JournalRecord } from '../journal/record.ts';

/** What one unit of one kind of usage costs, the same in every Region, as AWS's price list has it. */
export interface Price {
  /** Kind of usage, without the Region that AWS puts before it: `KMS-Requests`. */
  readonly usageType: string;
  /** `API Request`, `Encryption Key` */
  readonly productFamily: string;
  /** `Requests`, `Keys-Month` */
  readonly unit: string;
  /** Ten decimals: `0.0000030000`. */
  readonly usd: string;
  readonly description: string;
}

/** What a journal record says about usage. */
export type Metered =
  /** Something was used once. */
  | { readonly use: string }
  /**
   * From now on something is held, and paid for by the hour; again where it was held before. Without a kind of usage it is
   * only noted, for records to come, as are the facts.
   */
  | { readonly begin: string; readonly usageType?: string; readonly facts?: Facts }
  /** It is held no longer. */
  | { readonly end: string };

/** What a meter notes about something held. */
export type Facts = Readonly<Record<string, string>>;

/** How a service's usage is read from the journal, and what it costs. */
export interface Meter {
  /** `awskms` */
  readonly serviceCode: string;
  /** `AWS Key Management Service` */
  readonly serviceName: string;
  /** Records that concern it: `kms.amazonaws.com`. */
  readonly eventSource: string;
  readonly prices: readonly Price[];
  /** @param factsOf what was noted of something that is held, or was and is not noted only */
  metered(record: JournalRecord, factsOf: (held: string) => Facts | undefined): readonly Metered[];
}
