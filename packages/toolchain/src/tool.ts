/** The tools that Leasehold runs besides Node, each pinned to one version. */
export type ToolName = 'pulumi' | 'helm' | 'bigtable-emulator' | 'k6';

/** `process.platform`-`process.arch` of the machines that release archives exist for. */
export type Platform = 'linux-x64' | 'linux-arm64' | 'darwin-x64' | 'darwin-arm64';

export interface Archive {
  readonly url: string;
  readonly sha256: string;
  /** Path of the executable inside the .tar.gz. */
  readonly member: string;
}

export interface GoModule {
  /** Import path of the main package, a `tool` of the committed go.mod. */
  readonly package: string;
  /** Folder with the pinned go.mod and go.sum. */
  readonly dir: string;
  readonly flags: readonly string[];
}

/** One tool: where it can come from, and how its version is recognised. */
export interface ToolDefinition {
  readonly name: string;
  readonly version: string;
  /** For the progress line: what it is for. */
  readonly purpose: string;
  /** For the progress line: how long a build usually takes. */
  readonly usualBuild: string;
  /** The one command that gets and runs it; absent for what every start needs. */
  readonly onlyFor?: string;
  /** How to ask an executable on PATH for its version; absent when it cannot tell. */
  readonly versionCommand?: {
    readonly executable: string;
    readonly args: readonly string[];
    readonly pattern: RegExp;
  };
  readonly archives?: Readonly<Partial<Record<string, Archive>>>;
  readonly module?: GoModule;
}

/** Where an installed tool came from. */
export type ToolSource = 'path' | 'cache' | 'archive' | 'build';

export interface InstalledTool {
  readonly path: string;
  readonly version: string;
  readonly source: ToolSource;
}
