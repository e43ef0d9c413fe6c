import type { RequestStatus } from '@aws-sdk/client-service-quotas';
import { identifier } from '../../crypto/draws.ts';
import { randomBytes } from '../../crypto/random.ts';
import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import type { Quota } from '../../kernel/quota.ts';
import { collection, type Page, type PageRequest } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import type { AppliedQuotas } from './applied-quotas.ts';
import type { Catalogue } from './catalogue.ts';

/** A request for more, as it is stored. */
export interface ChangeRequest {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly service: string;
  readonly code: string;
  readonly desiredValue: number;
  readonly status: RequestStatus;
  /** ARN of who asked. */
  readonly requester: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** How an operator decides a request. */
export type Verdict = 'APPROVED' | 'DENIED';

const records = collection<ChangeRequest>('service-quotas.requests', {
  key: ['account', 'region', 'id'],
  indexes: {
    id: ({ id }) => [id],
    open: ({ account, region, service, code, status }) =>
      isOpen(status) ? [account, region, service, code] : undefined,
    status: ({ status }) => [status],
  },
});

const isOpen = (status: RequestStatus): boolean => status === 'PENDING' || status === 'CASE_OPENED';

/** What requests for more stand on. */
export interface ChangeRequestParts {
  readonly catalogue: Catalogue;
  readonly applied: AppliedQuotas;
  /** Approves every request at once; else they wait for an operator: `bulwark quotas approve`. */
  readonly approving: boolean;
}

/** Requests for more, from being asked to being decided. @see Service Quotas user guide: "Requesting a quota increase" */
export class ChangeRequests {
  readonly #parts: ChangeRequestParts;

  constructor(parts: ChangeRequestParts) {
    this.#parts = parts;
  }

  /**
   * @throws {Fault} IllegalArgumentException: not adjustable, or no more than is in force; ResourceAlreadyExistsException
   *   while another request is open
   */
  open(call: Call, quota: Quota, desiredValue: number): ChangeRequest {
    const { tx, account, region, caller } = call;
    if (!quota.adjustable) throw fault('IllegalArgumentException', 'The specified quota is not adjustable.');
    const [pending] = records.listBy(tx, 'open', [account, region, quota.service, quota.code]);
    if (pending) {
      throw fault(
        'ResourceAlreadyExistsException',
        'Only one open service quota increase request is allowed per quota.',
      );
    }
    if (desiredValue <= this.#parts.applied.valueOf(tx, quota, account, region)) {
      throw fault('IllegalArgumentException', 'You must provide a quota value greater than the current quota value.');
    }
    const now = call.now.getTime();
    const { service, code } = quota;
    const request: ChangeRequest = {
      ...{ id: newRequestId(), account, region, service, code },
      ...{ desiredValue, status: 'PENDING', requester: caller.arn, createdAt: now, updatedAt: now },
    };
    records.put(tx, keyOf(request), request);
    return this.#parts.approving ? this.decide(tx, request, 'APPROVED', call.now) : request;
  }

  /** @throws {Fault} NoSuchResourceException */
  get({ tx, account, region }: Call, id: string): ChangeRequest {
    const request = records.find(tx, [account, region, id]);
    if (!request) throw fault('NoSuchResourceException', 'The specified request does not exist.');
    return request;
  }

  list({ tx, account, region }: Call, page: PageRequest): Page<ChangeRequest> {
    return records.list(tx, [account, region], page);
  }

  /** Every request that waits to be decided, of all accounts. */
  waiting(tx: Transaction): readonly ChangeRequest[] {
    return records.listBy(tx, 'status', ['PENDING']);
  }

  /** A request by its id alone, for operators. */
  find(tx: Transaction, id: string): ChangeRequest | undefined {
    return records.listBy(tx, 'id', [id])[0];
  }

  /** Decides a request; an approved value is in force with the transaction. */
  decide(tx: Transaction, request: ChangeRequest, verdict: Verdict, now: Date): ChangeRequest {
    const { account, region, service, code, desiredValue } = request;
    if (verdict === 'APPROVED') {
      this.#parts.applied.apply(tx, this.#parts.catalogue.get(service, code), account, region, desiredValue);
    }
    const decided: ChangeRequest = { ...request, status: verdict, updatedAt: now.getTime() };
    records.put(tx, keyOf(request), decided);
    return decided;
  }
}

/** What the list operations filter by. */
export interface RequestFilter {
  readonly ServiceCode?: string | undefined;
  readonly QuotaCode?: string | undefined;
  readonly Status?: RequestStatus | undefined;
  readonly QuotaRequestedAtLevel?: string | undefined;
}

/** Whether a request passes a filter. All are at the level of the account. */
export const isAskedFor =
  ({ ServiceCode, QuotaCode, Status, QuotaRequestedAtLevel }: RequestFilter) =>
  ({ service, code, status }: ChangeRequest): boolean =>
    (ServiceCode ?? service) === service &&
    (QuotaCode ?? code) === code &&
    (Status ?? status) === status &&
    QuotaRequestedAtLevel !== 'RESOURCE';

const newRequestId = (): string => identifier('quota request', () => randomBytes(20).toString('hex'));

const keyOf = ({ account, region, id }: ChangeRequest) => [account, region, id];
