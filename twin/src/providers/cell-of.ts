/** Where the twin keeps what no cell has for itself. */
const sharedCell = 'local';

/** In which cell's inventory a resource stands: the zones of Cloud DNS are the platform's, and so are the records in them. */
export function cellOf(type: string, cell: string): string {
  return type.startsWith('gcp:dns/') ? sharedCell : cell;
}
