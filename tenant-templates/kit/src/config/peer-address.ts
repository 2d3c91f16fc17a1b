import { networkInterfaces } from 'node:os';

/** What node says of one address of the machine: https://nodejs.org/api/os.html#osnetworkinterfaces */
interface MachineAddress {
  readonly address: string;
  readonly internal: boolean;
  /** Of an IPv6 address that holds on one link only. */
  readonly scopeid?: number;
}
type Interfaces = Readonly<Record<string, readonly MachineAddress[] | undefined>>;

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
