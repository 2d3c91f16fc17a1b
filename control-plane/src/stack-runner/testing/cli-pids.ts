import { readdir, readFile } from 'node:fs/promises';
import type { Scenario } from './scenario.js';

/** The processes of the CLI that a scenario's runner has started: found by the home folder that only they have. */
export async function cliPids(scenario: Scenario): Promise<number[]> {
  const pids: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const [environment, command] = await Promise.all(
      ['environ', 'cmdline'].map((file) => readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '')),
    );
    if (
      environment?.includes(`PULUMI_HOME=${scenario.folder}`) &&
      command?.split('\0')[0] === scenario.pulumi
    )
      pids.push(Number(name));
  }
  return pids;
}
