/**
 * What an organization may hold. Accounts: the most that AWS grants; its default for new organizations is 10.
 *
 * @see Organizations User Guide: "Quotas and service limits for AWS Organizations"
 */
export const quotas = {
  accounts: 10_000,
  units: 2000,
  /** OU levels below the root. */
  unitDepth: 5,
  policiesPerType: 1000,
  tagsPerResource: 50,
  /** Invitations and offers of all features that may be sent in 24 hours. */
  handshakesPerDay: 20,
  /** Organizations whose bills one may pay, invitations included: the most that AWS grants, though its default is none. */
  inboundTransfers: 1000,
  /** Organizations that may pay one's bills. */
  outboundTransfers: 1,
  /** Transfers from one to the next: A to B, and B to C. */
  transferLevels: 2,
  /** Accounts that may be closed in 30 days: the larger of a number and a share of the accounts, up to a most. */
  closuresPer30Days: { number: 250, share: 0.2, most: 1000 },
} as const;

/** How long invitations stand. */
export const inviteDays = 15;
/** How long before its beginning a transfer must be accepted. @see Billing User Guide: "Responding to invitations" */
export const acceptanceDays = 1;
/** How long an offer of all features stands. */
export const allFeaturesDays = 90;
/** How long a handshake that is over can still be looked at. */
export const handshakeHistoryDays = 30;
/** How long a closed account stays in its organization. */
export const postClosureDays = 90;
/** How long a request for an account can be looked at. */
export const createAccountHistoryDays = 90;

/** Milliseconds of a day. */
export const dayMs = 86_400_000;
