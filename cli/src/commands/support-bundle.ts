import { join } from 'node:path';
import { parseSettings } from '@leasehold/settings';
import type { Command } from 'commander';
import { confirm } from '../confirm.js';
import type { Context } from '../context.js';
import { examine } from '../doctor/examine.js';
import { launcherSettings, optionsWithoutKey } from '../doctor/settings.js';
import { UsageError } from '../exit-code.js';
import { apiFiles } from '../support/gather-api.js';
import { logFiles, settingsFile, versionsFile } from '../support/gather-machine.js';
import type { BundleFile } from '../support/bundle-file.js';
import { writeBundle } from '../support/write-bundle.js';
import type { Act } from './act.js';

interface Options {
  output?: string;
  yes?: boolean;
}

/** `leasehold support-bundle` */
export function supportBundleCommand(program: Command, act: Act): void {
  program
    .command('support-bundle')
    .description('gather what helps to find a fault, without secrets, into one file')
    .option('--output <file>', 'a new .tar.gz; named by the time when left out')
    .option('--yes', 'do not ask')
    .action(act((context, options: Options) => supportBundle(context, options)));
}

async function supportBundle(context: Context, options: Options): Promise<void> {
  const { printer, env } = context;
  const file = options.output ?? `leasehold-support-${new Date().toISOString().replace(/[:.]/g, '-')}.tar.gz`;
  const files = await gather(context, env);
  const contents = files.map(({ name, about, text }) => ({ name, bytes: Buffer.byteLength(text), about }));
  if (!printer.json) printer.list(contents, columns, '');
  await confirm(context, `Write these to ${file}?`, options);
  try {
    await writeBundle(file, files);
  } catch (error) {
    throw new UsageError(
      `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  printer.result(
    { file: join(process.cwd(), file), contents },
    `${file} is written; look into it before you send it.`,
  );
}

type Content = Omit<BundleFile, 'text'> & { bytes: number };
const columns = [
  { title: 'file', value: ({ name }: Content) => name },
  { title: 'bytes', value: ({ bytes }: Content) => bytes },
  { title: 'what', value: ({ about }: Content) => about },
];

async function gather(context: Context, env: NodeJS.ProcessEnv): Promise<BundleFile[]> {
  const settings = parseSettings('launcher', launcherSettings(env));
  return [
    await versionsFile((await examine(context)).findings),
    settingsFile(env),
    ...(await apiFiles(await optionsWithoutKey(context))),
    ...(await logFiles(settings.LEASEHOLD_DATA_DIR)),
  ];
}
