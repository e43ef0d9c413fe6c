import { parameterUseChecks } from './checks/parameter-uses.ts';
import { parameterChecks } from './checks/parameters.ts';
import { throughClients } from './through-clients.ts';

throughClients([...parameterChecks, ...parameterUseChecks], {
  name: 'parameters',
  flags: ['--test-endpoints', '--throttling', 'off'],
});
