import type { CommonFaultCode } from '../../kernel/common-fault.ts';
import type { Fault } from '../../kernel/fault.ts';
import type { ServiceModel } from '../../model/model.ts';
import type { StructureShape } from '../../model/shape.ts';
import { type CommonFaultRow, commonFaults, type FaultFamily, serviceFaults } from './common-faults.ts';

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
    const { code, status } = common;
    const message = fault.message || (common.message ?? '');
    return { code, status, receiver: status >= 500, message, common, shape: undefined };
  }
  const shape = service.findError(fault.code);
  const { code, httpStatus, fault: receiver } = shape?.error ?? { code: fault.code, httpStatus: 400, fault: false };
  return { code, status: httpStatus, receiver, message: fault.message, common: undefined, shape };
};

const commonFault = (service: ServiceModel, family: FaultFamily, code: string): CommonFaultRow | undefined => {
  if (!Object.hasOwn(commonFaults, code)) return undefined;
  const row = commonFaults[code as CommonFaultCode][family];
  return { ...row, ...serviceFaults[service.name]?.[code as CommonFaultCode] };
};
