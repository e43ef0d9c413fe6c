import type { CommonFaultCode } from '../../kernel/common-fault.ts';
import type { Fault } from '../../kernel/fault.ts';
import type { ServiceModel } from '../../model/model.ts';
import type { StructureShape } from '../../model/shape.ts';
import type { CommonFaultRow } from './common-faults/row.ts';
import { commonFaults, type FaultFamily, serviceErrors, serviceFaults, unmodelledStatuses } from './common-faults.ts';

/** A fault as one family of protocols says it. */
export interface WireFault {
  readonly code: string;
  /** The status that the model or the table of common faults has. */
  readonly status: number;
  /** True where the server is to blame. */
  readonly receiver: boolean;
  readonly message: string;
  readonly common: CommonFaultRow | undefined;
  /** The modelled error, where the service has one. */
  readonly shape: StructureShape | undefined;
}

/**
 * Finds code, status and sentence of a fault: a common one from the table, a modelled one from the service's model, any
 * other as the client's fault under its own code.
 */
export const wireFault = (service: ServiceModel, family: FaultFamily, fault: Fault): WireFault => {
  const common = commonFault(service, family, fault.code);
  if (common !== undefined) {
    const { code, status, oneMessage, prefix = '' } = common;
    const own = common.message ?? '';
    const message = oneMessage || fault.message === '' ? own : prefix + fault.message;
    return { code, status, receiver: status >= 500, message, common, shape: undefined };
  }
  const { message } = fault;
  const shape = service.findError(fault.code);
  if (shape?.error !== undefined) {
    const { code, httpStatus, fault: receiver } = shape.error;
    return { code, status: httpStatus, receiver, message, common: undefined, shape };
  }
  const status = unmodelledStatuses[service.name]?.[fault.code] ?? 400;
  return { code: fault.code, status, receiver: false, message, common: undefined, shape: undefined };
};

/** A common fault as the service's own modelled error, where it answers one with members of its own. */
export const inServiceWords = (service: ServiceModel, fault: Fault): Fault =>
  serviceErrors[service.name]?.[fault.code as CommonFaultCode]?.(fault) ?? fault;

/** Code in the header `x-amzn-query-error`: what the service's Query protocol would have answered. */
export const queryErrorOf = (service: ServiceModel, fault: Fault): string => {
  const { code, receiver } = wireFault(service, 'query', fault);
  return `${code};${receiver ? 'Receiver' : 'Sender'}`;
};

/** The member that carries an error's sentence, as the wire spells it. */
export const messageMember = (shape: StructureShape | undefined): string | undefined => {
  const member = shape?.members.find(({ name }) => name.toLowerCase() === 'message');
  return member && (member.locationName ?? member.name);
};

const commonFault = (service: ServiceModel, family: FaultFamily, code: string): CommonFaultRow | undefined => {
  if (!Object.hasOwn(commonFaults[family], code)) return undefined;
  const row = commonFaults[family][code as CommonFaultCode];
  return { ...row, ...serviceFaults[service.name]?.[code as CommonFaultCode] };
};
