import { z } from 'zod';

const dependencies = z.record(z.string(), z.string()).default({});
const entry = z.looseObject({
  name: z.string().optional(),
  version: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  license: z.string().optional(),
  link: z.boolean().default(false),
  dependencies,
  optionalDependencies: dependencies,
  peerDependencies: dependencies,
});
const lockfile = z.looseObject({ lockfileVersion: z.literal(3), packages: z.record(z.string(), entry) });

type Entry = z.output<typeof entry>;

/** A package as the lockfile pins it. */
export interface LockedPackage {
  /** Where it is installed, such as `node_modules/zod` or `packages/settings`. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly integrity: string | undefined;
  readonly license: string | undefined;
  /** A folder of this repository, not of the registry. */
  readonly own: boolean;
  /** The paths of what it depends on when it runs. */
  readonly needs: readonly string[];
}

/**
 * What an install without development dependencies has for some workspaces, or for all: the closure of what runs, from a
 * package-lock.json of version 3 (https://docs.npmjs.com/cli/configuring-npm/package-lock-json).
 * @throws Error for a workspace that the lockfile does not have.
 */
export function packagesThatRun(text: string, workspaces: readonly string[]): LockedPackage[] {
  const { packages } = lockfile.parse(JSON.parse(text));
  const own = Object.entries(packages).filter(([path]) => path !== '' && !path.includes('node_modules/'));
  const roots =
    workspaces.length === 0 ? own.map(([path]) => path) : workspaces.map((name) => workspacePath(own, name));
  const found = new Map<string, LockedPackage>();
  const open = ['', ...roots];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const here = packages[path];
    if (here === undefined || found.has(path)) continue;
    const needs = needsOf(path, here, packages);
    found.set(path, locked(path, here, needs));
    open.push(...needs);
  }
  found.delete('');
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function workspacePath(own: readonly (readonly [string, Entry])[], name: string): string {
  const path = own.find(([, { name: of }]) => of === name)?.[0];
  if (path === undefined) throw new Error(`${name} is no workspace of the lockfile.`);
  return path;
}

function locked(path: string, here: Entry, needs: readonly string[]): LockedPackage {
  const { name, version = '0.0.0', integrity, license } = here;
  const own = !path.includes('node_modules/');
  const installed = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  return { path, name: name ?? installed, version, integrity, license, own, needs };
}

function needsOf(path: string, here: Entry, packages: Record<string, Entry>): string[] {
  // npm installs what a package expects to find beside it (peers), also optional ones that are there for another reason.
  const { dependencies: plain, optionalDependencies, peerDependencies } = here;
  const names = Object.keys({ ...plain, ...optionalDependencies, ...peerDependencies });
  return names.flatMap((name) => resolve(path, name, packages) ?? []);
}

/** As Node looks for a package: in the folder's own node_modules, then in those above. A link leads to its folder. */
function resolve(from: string, name: string, packages: Record<string, Entry>): string | undefined {
  for (let folder = from; ; folder = above(folder)) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    const found = packages[path];
    if (found !== undefined) return found.link ? found.resolved : path;
    if (folder === '') return undefined;
  }
}

function above(folder: string): string {
  const at = folder.lastIndexOf('/');
  return at < 0 ? '' : folder.slice(0, at);
}
