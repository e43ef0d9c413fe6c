import type { ResetServiceSettingCommandInput, ResetServiceSettingCommandOutput } from '@aws-sdk/client-ssm';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { serviceSettings } from '../service-settings.ts';

type ResetServiceSetting = Operation<
  'ResetServiceSetting',
  Input<ResetServiceSettingCommandInput>,
  Output<ResetServiceSettingCommandOutput>
>;

/**
 * Sets a setting of Parameter Store back to what AWS has it at.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ResetServiceSetting.html
 */
export const resetServiceSetting: ResetServiceSetting = {
  name: 'ResetServiceSetting',
  access: ({ SettingId }, call) => ({ resource: serviceSettings.resource(SettingId, call) }),
  handle: ({ SettingId }, _resource, call) => ({
    ServiceSetting: serviceSettings.reset(call, serviceSettings.resource(SettingId, call).id),
  }),
};
