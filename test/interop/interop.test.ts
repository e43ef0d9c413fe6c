import { immutableChecks } from './checks/immutable.ts';
import { keyChecks } from './checks/keys.ts';
import { permissionChecks } from './checks/permissions.ts';
import { throughClients } from './through-clients.ts';

throughClients([...keyChecks, ...immutableChecks, ...permissionChecks], { name: 'keys', concurrency: 2 });
