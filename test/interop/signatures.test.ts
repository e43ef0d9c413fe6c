import { signatureChecks } from './checks/signatures.ts';
import { throughClients } from './through-clients.ts';

throughClients(signatureChecks, { name: 'signatures', flags: [], concurrency: 2 });
