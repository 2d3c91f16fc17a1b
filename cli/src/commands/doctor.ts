import { UnreachableError } from '@leasehold/api-client';
import { parseSettings } from '@leasehold/settings';
import type { Command } from 'commander';
import { apiAddress, apiOptions, type Context } from '../context.js';
import { checkApi } from '../doctor/check-api.js';
import {
  checkDataDir,
  checkDisk,
  checkNode,
  checkPorts,
  checkTools,
  type PortSetting,
} from '../doctor/check-machine.js';
import type { Finding } from '../doctor/check.js';
import { UsageError } from '../exit-code.js';
import type { Act } from './act.js';

/** `leasehold doctor` */
export function doctorCommand(program: Command, act: Act): void {
  program
    .command('doctor')
    .description('look at what the product needs on this machine')
    .action(act((context) => doctor(context)));
}

async function doctor(context: Context): Promise<void> {
  const settings = parseSettings('launcher', withoutCliSettings(context.env));
  const address = apiAddress(context);
  const api = await checkApi({ baseUrl: address, apiKey: await keyIfAny(context) });
  const findings: Finding[] = [
    checkNode(process.versions.node),
    ...(await checkTools(settings.LEASEHOLD_TOOLS_DIR)),
    await checkDataDir(settings.LEASEHOLD_DATA_DIR),
    await checkDisk(settings.LEASEHOLD_DATA_DIR),
    ...(await checkPorts(ports(settings), api.reachable)),
    ...api.findings,
  ];
  report(context, findings);
  const failed = findings.filter(({ status }) => status === 'fail');
  if (failed.length === 0) return;
  if (!api.reachable && failed.length === 1) throw new UnreachableError(address);
  throw new Error(failed.length === 1 ? 'One thing is wrong.' : `${failed.length} things are wrong.`);
}

function report({ printer }: Context, findings: readonly Finding[]): void {
  const columns = [
    { title: 'what', value: ({ name }: Finding) => name },
    { title: 'is', value: ({ status }: Finding) => status },
    { title: 'because', value: ({ message }: Finding) => message },
  ];
  printer.list(findings, columns, '');
}

async function keyIfAny(context: Context): Promise<string | undefined> {
  try {
    return (await apiOptions(context)).apiKey;
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

/** Settings of this command that the launcher does not have. */
function withoutCliSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, LEASEHOLD_URL: undefined, LEASEHOLD_API_KEY: undefined };
}

function ports(settings: ReturnType<typeof parseSettings<'launcher'>>): PortSetting[] {
  return [
    { setting: 'LEASEHOLD_PORT', port: settings.LEASEHOLD_PORT, transport: 'tcp' },
    { setting: 'LEASEHOLD_EDGE_PORT', port: settings.LEASEHOLD_EDGE_PORT, transport: 'tcp' },
    { setting: 'LEASEHOLD_DNS_PORT', port: settings.LEASEHOLD_DNS_PORT, transport: 'udp' },
    { setting: 'LEASEHOLD_DNS_PORT', port: settings.LEASEHOLD_DNS_PORT, transport: 'tcp' },
  ];
}
