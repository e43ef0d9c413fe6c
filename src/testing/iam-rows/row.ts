/** An operation of IAM: what it answers, and how its refusal names the resource. */
export interface Row {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Members that the answer must have. */
  readonly output: object;
  /** As the sentence has it, e.g. ` on resource: user alice`. */
  readonly deniedOn: string;
}

/** Makes a row of its parts. @param on what is denied, e.g. `user alice` */
export const row = (operation: string, input: Row['input'], on: string, output: object = {}): Row => ({
  operation,
  input,
  output,
  deniedOn: ` on resource: ${on}`,
});

/** What complete lists say. */
export const isTruncated = { IsTruncated: false };
