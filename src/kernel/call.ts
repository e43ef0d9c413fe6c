import type { Transaction } from '../store/store.ts';
import type { Caller } from './caller.ts';
import type { Invoke } from './invoke.ts';
import type { Organizations } from './organizations.ts';

/** One authenticated request on its way through the pipeline; what `access` and `handle` may know about it. */
export interface Call {
  /** UUID that the answer's request-id header and the journal record carry. */
  readonly requestId: string;
  /** UUID of the journal record. */
  readonly eventId: string;
  readonly service: string;
  readonly operation: string;
  readonly caller: Caller;
  /** The caller's account, where account-wide operations act. */
  readonly account: string;
  /** Region of the credential scope. */
  readonly region: string;
  /** The server's clock when the call began; moved by the test clock. */
  readonly now: Date;
  readonly tx: Transaction;
  /** Which organization an account is in, and what bounds it there. */
  readonly organizations: Organizations;
  readonly origin: Origin;
  /**
   * The services that this call came through in a forward access session, the first one first, as service principals:
   * `ssm.amazonaws.com`. Absent: the caller itself sent it.
   */
  readonly via?: readonly string[] | undefined;
  /** In a forward access session: id of the request that the caller sent. */
  readonly sentRequestId?: string;
  /** Calls an operation of another service as this call's caller. */
  readonly invoke: Invoke;
}

/** Where a request came from, as the listener saw it. */
export interface Origin {
  /** Remote IP address; IPv4 without the IPv6 mapping prefix. In a forward access session, the service that calls. */
  readonly sourceIp: string;
  readonly userAgent: string;
  /** True over TLS: `aws:SecureTransport`. */
  readonly secure: boolean;
  /** The Referer header, where sent: `aws:Referer`. */
  readonly referer?: string;
  /** The VPC and VPC endpoint that the request came through, where the listener was told; either may be unknown. */
  readonly vpc?: VpcOrigin;
}

/** A VPC, an endpoint in it, and whose they are, as far as is known. */
export interface VpcOrigin {
  readonly id?: string;
  readonly endpointId?: string;
  /** 12 digits. */
  readonly account?: string;
}
