import { loadModel, type OperationModel } from '../model/model.ts';
import { type Fault, fault } from './fault.ts';
import type { Operation, RequestQuota, Service } from './operation.ts';

// biome-ignore lint/suspicious/noExplicitAny: the map holds operations of every input; each decoder pairs with its own operation by name
type AnyOperation = Operation<string, any, any, any>;

/** An operation with what its service says about it. */
export class Registered {
  readonly operation: AnyOperation;
  readonly quota: RequestQuota | undefined;
  readonly throttled: () => Fault;
  readonly sharesEvents: boolean;
  readonly #service: string;
  #model: OperationModel | undefined;

  constructor(service: Service, operation: AnyOperation) {
    this.operation = operation;
    this.quota = service.requestQuotas?.[operation.name];
    this.throttled = service.throttled ?? rateExceeded;
    this.sharesEvents = service.sharesEvents ?? false;
    this.#service = service.name;
  }

  /** Built when the operation is asked for first. @throws {Error} the model has no such operation */
  get model(): OperationModel {
    this.#model ??= loadModel(this.#service).findOperation(this.operation.name);
    if (!this.#model) throw new Error(`${this.#service} has no operation ${this.operation.name}`);
    return this.#model;
  }
}

/** What a service says that has no error of its own for it. */
export const rateExceeded = (): Fault => fault('Throttling', 'Rate exceeded');
