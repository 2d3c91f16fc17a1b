import type { Container } from './pod-template.js';

/** What a pod's environment is made from. */
export interface EnvironmentSources {
  container: Container;
  /** The data of a ConfigMap in the pod's namespace. */
  configMap: (name: string) => Record<string, string> | undefined;
  /** Fields of the pod that `fieldRef` may name. */
  fields: Readonly<Record<string, string>>;
  /** Texts that stand for addresses inside a cluster, and what replaces them on this machine. */
  aliases: ReadonlyMap<string, string>;
  /** Folders of this machine by the path where the container expects them. */
  mounts: ReadonlyMap<string, string>;
  port: number;
  /** Local ports of the container's other ports, by their names. */
  otherPorts: ReadonlyMap<string, number>;
  podName: string;
  path: string;
  home: string;
}

/** Something that a pod needs is not there (yet). */
export class PodStartError extends Error {
  override readonly name = 'PodStartError';
}

/**
 * The whole environment of a pod: ConfigMaps, then its own variables, then PORT (and GRPC_PORT for a port named `grpc`), POD_NAME, PATH and HOME. Nothing of
 * the twin's own environment is in it.
 * @throws PodStartError when a ConfigMap, key or field is missing
 */
export function podEnvironment(sources: EnvironmentSources): Record<string, string> {
  const given = { ...fromConfigMaps(sources), ...ownVariables(sources) };
  const local = Object.entries(given).map(([name, value]) => [name, localValue(value, sources)] as const);
  return {
    ...Object.fromEntries(local),
    ...Object.fromEntries([...sources.otherPorts].map(([name, port]) => [portVariable(name), String(port)])),
    PORT: String(sources.port),
    POD_NAME: sources.podName,
    PATH: sources.path,
    HOME: sources.home,
  };
}

function portVariable(name: string): string {
  return `${name.toUpperCase().replaceAll('-', '_')}_PORT`;
}

function fromConfigMaps({ container, configMap }: EnvironmentSources): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const { prefix, configMapRef } of container.envFrom) {
    if (configMapRef === undefined)
      throw new PodStartError('envFrom of this kind is not supported by the twin');
    const data = configMap(configMapRef.name);
    if (data === undefined && !configMapRef.optional) {
      throw new PodStartError(`ConfigMap "${configMapRef.name}" not found`);
    }
    for (const [key, value] of Object.entries(data ?? {})) variables[prefix + key] = value;
  }
  return variables;
}

function ownVariables(sources: EnvironmentSources): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const { name, value, valueFrom } of sources.container.env) {
    const resolved = valueFrom === undefined ? (value ?? '') : resolve(name, valueFrom, sources);
    if (resolved !== undefined) variables[name] = resolved;
  }
  return variables;
}

type ValueFrom = NonNullable<Container['env'][number]['valueFrom']>;

function resolve(
  name: string,
  from: ValueFrom,
  { configMap, fields }: EnvironmentSources,
): string | undefined {
  if (from.fieldRef) {
    const field = fields[from.fieldRef.fieldPath];
    if (field === undefined)
      throw new PodStartError(`${name}: the twin has no field ${from.fieldRef.fieldPath}`);
    return field;
  }
  if (from.configMapKeyRef) {
    const { name: map, key, optional } = from.configMapKeyRef;
    const value = configMap(map)?.[key];
    if (value === undefined && !optional)
      throw new PodStartError(`${name}: ConfigMap "${map}" has no key "${key}"`);
    return value;
  }
  throw new PodStartError(`${name}: its source is not supported by the twin`);
}

function localValue(value: string, { aliases, mounts }: EnvironmentSources): string {
  let local = value;
  for (const [alias, address] of aliases) local = local.replaceAll(alias, address);
  const mount = [...mounts.keys()].find((path) => local === path || local.startsWith(`${path}/`));
  return mount === undefined ? local : `${mounts.get(mount) ?? ''}${local.slice(mount.length)}`;
}
