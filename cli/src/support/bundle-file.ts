/** One file of a support bundle, redacted already. */
export interface BundleFile {
  readonly name: string;
  /** What it is, for the person who decides whether to send it. */
  readonly about: string;
  readonly text: string;
}
