import type { SessionTokens } from '../../kernel/session-token.ts';
import type { Transaction } from '../../store/store.ts';

/** What STS needs of the IAM service; `main` hands it in. */
export interface Sts {
  readonly sessionTokens: SessionTokens;
  /** The account of a long-term key that this server issued or was given. */
  accountOfAccessKey(tx: Transaction, accessKeyId: string): string | undefined;
}
