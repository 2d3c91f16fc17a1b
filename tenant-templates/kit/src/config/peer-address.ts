import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

/** Where other pods of the tenant reach one that listens on this address, or on all of its own; a pod has one beside loopback. */
export function peerAddress(
  listensOn: string | undefined,
  port: number,
  interfaces: Interfaces = networkInterfaces(),
): string {
  const own = Object.values(interfaces)
    .flatMap((each) => each ?? [])
    .find(({ internal, scopeid }) => !internal && !scopeid);
  const host = listensOn ?? own?.address ?? '127.0.0.1';
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
