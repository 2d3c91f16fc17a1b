import { UnreachableError } from '@leasehold/api-client';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import type { Finding } from '../doctor/check.js';
import { examine } from '../doctor/examine.js';
import type { Act } from './act.js';

/** `leasehold doctor` */
export function doctorCommand(program: Command, act: Act): void {
  program
    .command('doctor')
    .description('look at what the product needs on this machine')
    .action(act((context) => doctor(context)));
}

async function doctor(context: Context): Promise<void> {
  const { address, reachable, findings } = await examine(context);
  report(context, findings);
  const failed = findings.filter(({ status }) => status === 'fail');
  if (failed.length === 0) return;
  if (!reachable && failed.length === 1) throw new UnreachableError(address);
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
