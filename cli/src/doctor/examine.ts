import { parseSettings } from '@leasehold/settings';
import type { Context } from '../context.js';
import { checkApi } from './check-api.js';
import { checkDns } from './check-dns.js';
import {
  checkDataDir,
  checkDisk,
  checkNode,
  checkPorts,
  checkTools,
  type PortSetting,
} from './check-machine.js';
import type { Finding } from './check.js';
import { launcherSettings, optionsWithoutKey } from './settings.js';

export interface Examination {
  /** Where the API should be. */
  address: string;
  reachable: boolean;
  findings: Finding[];
}

/** Looks at the machine and at the API, and changes nothing. @throws SettingsError */
export async function examine(context: Pick<Context, 'env' | 'signal'>): Promise<Examination> {
  const settings = parseSettings('launcher', launcherSettings(context.env));
  const options = await optionsWithoutKey(context);
  const api = await checkApi(options);
  const here = ['127.0.0.1', 'localhost'].includes(new URL(options.baseUrl).hostname);
  const findings: Finding[] = [
    checkNode(process.versions.node),
    ...(await checkTools(settings.LEASEHOLD_TOOLS_DIR)),
    await checkDataDir(settings.LEASEHOLD_DATA_DIR),
    await checkDisk(settings.LEASEHOLD_DATA_DIR),
    ...(here ? await checkPorts(ports(settings), api.reachable) : []),
    ...api.findings,
    ...(here && api.reachable ? await checkDns(options, settings.LEASEHOLD_DNS_PORT) : []),
  ];
  return { address: options.baseUrl, reachable: api.reachable, findings };
}

function ports(settings: ReturnType<typeof parseSettings<'launcher'>>): PortSetting[] {
  return [
    { setting: 'LEASEHOLD_PORT', port: settings.LEASEHOLD_PORT, transport: 'tcp' },
    { setting: 'LEASEHOLD_EDGE_PORT', port: settings.LEASEHOLD_EDGE_PORT, transport: 'tcp' },
    { setting: 'LEASEHOLD_DNS_PORT', port: settings.LEASEHOLD_DNS_PORT, transport: 'udp' },
    { setting: 'LEASEHOLD_DNS_PORT', port: settings.LEASEHOLD_DNS_PORT, transport: 'tcp' },
  ];
}
