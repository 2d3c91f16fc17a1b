/** Which rows a scan reads: keys from `start` (included) to `end` (excluded), and at most `limit` of them. */
export interface ScanRange {
  readonly start?: string;
  readonly end?: string;
  readonly limit: number;
}

/** Which rows are read page by page: keys from `start` (included) to `end` (excluded), in ascending order. */
export interface PageRange {
  readonly start?: string;
  readonly end?: string;
  /** Rows a page; 500 unless given. */
  readonly pageSize?: number;
  readonly reverse?: false;
}
