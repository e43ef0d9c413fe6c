import { lifetimeChecks } from './checks/lifetimes.ts';
import { throughClients } from './through-clients.ts';

throughClients(lifetimeChecks, { name: 'lifetimes' });
