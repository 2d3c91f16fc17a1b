import type { ControlPlaneSettings } from '../platform/tokens.js';

export interface TwinPorts {
  readonly edgePort: number;
  readonly objectStorePort: number;
  readonly gatewayAdminPort: number;
}

/** Where a cell's twin listens on this machine: that of `LEASEHOLD_MORE_CELLS`, or the first cell's, which serves the objects of any other. */
export function twinPorts(settings: ControlPlaneSettings, cell: string): TwinPorts {
  const own = settings.LEASEHOLD_MORE_CELLS.find((known) => known.cell === cell);
  if (own) return own;
  return {
    edgePort: settings.LEASEHOLD_EDGE_PORT,
    objectStorePort: settings.LEASEHOLD_OBJECT_STORE_PORT,
    gatewayAdminPort: settings.LEASEHOLD_GATEWAY_ADMIN_PORT,
  };
}
