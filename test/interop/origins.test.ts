import { originChecks } from './checks/origins.ts';
import { throughClients } from './through-clients.ts';

throughClients(originChecks, { name: 'origins', flags: [], concurrency: 2 });
