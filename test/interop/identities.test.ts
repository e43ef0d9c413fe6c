import { identityChecks } from './checks/identities.ts';
import { sessionChecks } from './checks/sessions.ts';
import { throughClients } from './through-clients.ts';

throughClients([...sessionChecks, ...identityChecks], { name: 'identities' });
