import { rotationChecks } from './checks/rotation.ts';
import { secretChecks } from './checks/secrets.ts';
import { throughClients } from './through-clients.ts';

throughClients([...secretChecks, ...rotationChecks], {
  name: 'secrets',
  flags: ['--test-endpoints', '--throttling', 'off'],
});
