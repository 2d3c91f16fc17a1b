import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { assertPortFree, findExecutable } from '@leasehold/processes';
import { tools } from '@leasehold/toolchain';
import { fail, ok, warn, type Finding } from './check.js';

const gibibyte = 1024 ** 3;
/** Tools, Postgres and its log, tenants' rows: below this the next start is likely to fail. */
const leastFree = gibibyte;
const nodeMajor = 24;

export function checkNode(version: string): Finding {
  const name = 'node';
  if (Number(version.split('.')[0]) >= nodeMajor) return ok(name, version);
  return fail(
    name,
    `${version} runs this command, and ${nodeMajor} is needed: run it as \`npx leasehold\` in the repository.`,
  );
}

/** Whether each pinned tool that a start needs is there; nothing is downloaded or built. */
export async function checkTools(toolsDir: string): Promise<Finding[]> {
  const needed = Object.values(tools).filter(({ onlyFor }) => onlyFor === undefined);
  return Promise.all(
    needed.map(async ({ name, version, versionCommand }) => {
      const cached = join(toolsDir, name, version, name);
      if (await isThere(cached)) return ok(name, `${version} in ${dirname(cached)}`);
      const onPath =
        versionCommand === undefined ? undefined : await findExecutable(versionCommand.executable);
      if (onPath !== undefined)
        return warn(name, `${onPath} is used if it is ${version}; else \`npm start\` gets it.`);
      return warn(name, `${version} is not there yet: \`npm start\` gets it.`);
    }),
  );
}

export async function checkDataDir(dataDir: string): Promise<Finding> {
  const name = 'data folder';
  if (!(await isThere(dataDir))) return warn(name, `${dataDir} is not there yet: \`npm start\` makes it.`);
  try {
    await access(dataDir, constants.R_OK | constants.W_OK);
  } catch {
    return fail(name, `${dataDir} cannot be read and written by this user.`);
  }
  const { mode } = await stat(dataDir);
  if ((mode & 0o077) !== 0)
    return fail(name, `${dataDir} holds secrets and is open to others: chmod 700 ${dataDir}`);
  return ok(name, dataDir);
}

/** Free space on the disk of the data folder, or of the nearest folder above it that exists. */
export async function checkDisk(dataDir: string): Promise<Finding> {
  const name = 'disk';
  let folder = dataDir;
  while (!(await isThere(folder)) && dirname(folder) !== folder) folder = dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  const message = `${((bavail * bsize) / gibibyte).toFixed(1)} GiB free at ${folder}`;
  return bavail * bsize >= leastFree
    ? ok(name, message)
    : fail(name, `${message}; at least 1 GiB is needed.`);
}

export interface PortSetting {
  setting: string;
  port: number;
  transport: 'tcp' | 'udp';
}

/** Whether the next start can have its ports; while the product runs, it has them itself. */
export async function checkPorts(ports: readonly PortSetting[], running: boolean): Promise<Finding[]> {
  return Promise.all(
    ports.map(async ({ setting, port, transport }) => {
      const name = `port ${port}/${transport}`;
      const taken = await assertPortFree(port, setting, { transport }).then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      if (running)
        return taken === undefined
          ? warn(name, `Nothing listens at ${setting}, though the API answers.`)
          : ok(name, 'in use');
      return taken === undefined ? ok(name, 'free') : fail(name, taken);
    }),
  );
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
