/** Feature flags of the release: as its manifest has them, unless the tenant's parameter `flags` says otherwise. */
export interface DeclaredFlag {
  name: string;
  default: boolean;
}

export class Flags {
  private readonly values = new Map<string, boolean>();

  constructor(
    declared: readonly DeclaredFlag[],
    chosen: Readonly<Record<string, boolean>> = {},
    onUnknown: (name: string) => void = () => undefined,
  ) {
    for (const { name, default: value } of declared) this.values.set(name, value);
    for (const [name, value] of Object.entries(chosen)) {
      // A release without the flag has decided.
      if (this.values.has(name)) this.values.set(name, value);
      else onUnknown(name);
    }
  }

  /** Whether a flag is on. @throws Error for one that the manifest does not declare */
  isOn(name: string): boolean {
    const value = this.values.get(name);
    if (value === undefined) throw new Error(`The manifest declares no feature flag ${name}.`);
    return value;
  }
}
