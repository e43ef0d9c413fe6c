import { randomUUID } from 'node:crypto';
import { fault } from '../kernel/fault.ts';
import type { Service } from '../kernel/operation.ts';
import { type AdminRoutes, adminAnswer, adminPrefix, runAdmin } from './admin.ts';
import { Claims, nobody } from './claim.ts';
import type { Handler } from './http-server.ts';

/** Answers for a server that has no keys yet: its own routes, and ServiceUnavailable in the words of whichever service is asked. */
export const createSealedGateway = (services: readonly Service[], region: string, admin: AdminRoutes): Handler => {
  const claims = new Claims(services, region);
  return (request) => {
    const requestId = randomUUID();
    if (request.path.startsWith(adminPrefix)) return runAdmin(admin, request, requestId);
    const claim = claims.claim(request);
    if (claim === nobody) return adminAnswer(503, { message: sentence }, requestId);
    const service = claim.operation ? claim.operation.service : claim.service;
    return claim.protocol.encodeFault(service, claim.operation, fault('ServiceUnavailable', sentence), requestId);
  };
};

const sentence = 'The server is sealed: it waits to be unsealed by its operators.';
