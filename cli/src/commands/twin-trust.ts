import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSettings } from '@leasehold/settings';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { UsageError } from '../exit-code.js';
import type { Act } from './act.js';

/** `leasehold twin trust`: how this machine comes to trust the local cloud's certificates. Changes nothing. */
export function twinTrustCommand(twin: Command, act: Act): void {
  twin
    .command('trust')
    .description('say how to trust the certificates of the local cloud; changes nothing')
    .action(act((context) => trust(context)));
}

async function trust({ env, printer }: Context): Promise<void> {
  const file = join(parseSettings('cli', env).LEASEHOLD_DATA_DIR, 'twin', 'ca', 'ca.pem');
  await access(file).catch(() => {
    throw new UsageError(
      `There is no ${file}: start Leasehold once, or run this where its data folder is (LEASEHOLD_DATA_DIR).`,
    );
  });
  const commands = waysToTrust(file);
  printer.result({ file, commands }, explain(file, commands));
}

interface Way {
  on: string;
  commands: string[];
}

function waysToTrust(file: string): Way[] {
  const name = 'leasehold-local-cloud';
  return [
    { on: 'this terminal alone', commands: [`curl --cacert ${file} https://acme.localhost:8443`] },
    {
      on: 'Linux (Debian, Ubuntu)',
      commands: [
        `sudo cp ${file} /usr/local/share/ca-certificates/${name}.crt`,
        'sudo update-ca-certificates',
      ],
    },
    {
      on: 'Linux (Fedora, RHEL)',
      commands: [`sudo cp ${file} /etc/pki/ca-trust/source/anchors/${name}.pem`, 'sudo update-ca-trust'],
    },
    {
      on: 'Chromium on Linux',
      commands: [`certutil -d sql:$HOME/.pki/nssdb -A -t "C,," -n ${name} -i ${file}`],
    },
    {
      on: 'macOS',
      commands: [`security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db ${file}`],
    },
    { on: 'Windows (as the user)', commands: [`certutil -user -addstore Root ${file}`] },
    {
      on: 'Firefox',
      commands: [
        'Settings > Privacy & Security > View Certificates > Authorities > Import, and choose the file',
      ],
    },
    { on: 'Node.js', commands: [`NODE_EXTRA_CA_CERTS=${file} node ...`] },
  ];
}

function explain(file: string, ways: readonly Way[]): string {
  return [
    `The local cloud signs the certificates of its pages itself: ${file}`,
    'Who trusts it trusts everything that its key signs, and whoever can read the data folder has the key.',
    'Take it out again when you are done. Nothing has been changed; run what fits:',
    ...ways.flatMap(({ on, commands }) => ['', `${on}:`, ...commands.map((command) => `  ${command}`)]),
  ].join('\n');
}
