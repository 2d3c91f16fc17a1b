/**
 * The data gateway: the pods' only way to Bigtable. It speaks Bigtable's gRPC protocol to the standard client, authenticates each pod,
 * keeps each tenant inside its row-key prefix, counts, and makes Google's emulator durable.
 */
export { startGateway, type Gateway, type GatewayOptions } from './gateway.js';
export type { LivePrefix, PrefixDirectory } from './access/prefix-registry.js';
export { foreignEmulator, ownEmulator, type StartEmulator } from './backend/emulator.js';
