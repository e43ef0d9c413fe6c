import type { CommonFaultCode } from '../../../kernel/common-fault.ts';

/** How a family says a common error. */
export interface CommonFaultRow {
  readonly code: string;
  readonly status: number;
  /** The sentence where the thrower gave none. */
  readonly message?: string;
  /** The family has but this one sentence: the thrower's is for other families. */
  readonly oneMessage?: true;
  /** What the family puts before the thrower's sentence. */
  readonly prefix?: string;
  /** Coral built-ins spell the JSON member with a capital: `Message`. */
  readonly messageKey?: 'Message';
  /** The front end answers before the service: another XML namespace. */
  readonly frontEnd?: true;
  /** The answer has no body at all. */
  readonly bodiless?: true;
}

/** Every common error in the words of one family. */
export type CommonFaultTable = Readonly<Record<CommonFaultCode, CommonFaultRow>>;
