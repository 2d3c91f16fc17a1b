import { fileURLToPath } from 'node:url';
import type { Archive, Platform, ToolDefinition, ToolName } from './tool.js';

const moduleDir = (name: ToolName): string => fileURLToPath(new URL(`../modules/${name}`, import.meta.url));

function archives(
  sums: Readonly<Record<Platform, string>>,
  describe: (platform: Platform) => Omit<Archive, 'sha256'>,
): Record<string, Archive> {
  const platforms: readonly Platform[] = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];
  return Object.fromEntries(
    platforms.map((platform) => [platform, { ...describe(platform), sha256: sums[platform] }]),
  );
}

const pulumiVersion = '3.259.0';
const helmVersion = '4.1.1';

/** The pins. Where each checksum is from: packages/toolchain/README.md. */
export const tools: Readonly<Record<ToolName, ToolDefinition>> = {
  pulumi: {
    name: 'pulumi',
    version: pulumiVersion,
    purpose: 'the engine that creates what each client owns',
    usualBuild: '3 to 6 minutes',
    versionCommand: { executable: 'pulumi', args: ['version'], pattern: /v(\d+\.\d+\.\d+\S*)/ },
    archives: archives(
      {
        'linux-x64': '94ba357acac23d01474084c4b00098dc0f7bc70ce13f34c777459254a5f718e5',
        'linux-arm64': 'edc8327463a72160bb36cf82cf5062da9c8a244290a706d9980988e7bf486853',
        'darwin-x64': 'eaca4c3b8277bfa3ab061fa3b270d1c66358a0b2e613da8c5587a04b7226c534',
        'darwin-arm64': '57c27f179e527e2cf9f62b841a448af72a020e44b2fb4ee0d9bd85556c00c864',
      },
      (platform) => ({
        url: `https://get.pulumi.com/releases/sdk/pulumi-v${pulumiVersion}-${platform}.tar.gz`,
        member: 'pulumi/pulumi',
      }),
    ),
    module: {
      package: 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi',
      dir: moduleDir('pulumi'),
      flags: [
        '-tags=osusergo,grpcnotrace',
        `-ldflags=-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${pulumiVersion}`,
      ],
    },
  },
  helm: {
    name: 'helm',
    version: helmVersion,
    purpose: 'renders the chart of a workload',
    usualBuild: '1 to 3 minutes',
    versionCommand: { executable: 'helm', args: ['version', '--short'], pattern: /v(\d+\.\d+\.\d+[^\s+]*)/ },
    archives: archives(
      {
        'linux-x64': '5d4c7623283e6dfb1971957f4b755468ab64917066a8567dd50464af298f4031',
        'linux-arm64': '02a5fb7742469d2d132e24cb7c3f52885894043576588c6788b6813297629edd',
        'darwin-x64': '6b8dbb03abb74e9ab8e69ca3f9b6459178be11317d0ac502f922621c05fdc866',
        'darwin-arm64': 'b8f49e105b1d2fd8c8a90ba3fc9af48db91d2d1ca3b9e788352fc7c896bbb71a',
      },
      (platform) => {
        const target = platform.replace('-x64', '-amd64');
        return { url: `https://get.helm.sh/helm-v${helmVersion}-${target}.tar.gz`, member: `${target}/helm` };
      },
    ),
    module: {
      package: 'helm.sh/helm/v4/cmd/helm',
      dir: moduleDir('helm'),
      flags: [`-ldflags=-s -w -X helm.sh/helm/v4/internal/version.version=v${helmVersion}`],
    },
  },
  'bigtable-emulator': {
    name: 'bigtable-emulator',
    version: '1.50.0',
    purpose: 'keeps the tenants’ rows on this machine',
    usualBuild: 'about a minute',
    module: {
      package: 'cloud.google.com/go/bigtable/cmd/emulator',
      dir: moduleDir('bigtable-emulator'),
      flags: ['-ldflags=-s -w'],
    },
  }, // AGPL-3.0, unlike what is installed for a start: a program of its own that the bench runs. Nothing links it and no image has it.
  k6: {
    name: 'k6',
    version: '1.8.1',
    purpose: 'sends the load of the bench',
    usualBuild: '2 to 4 minutes',
    onlyFor: 'npm run k6 -w @leasehold/bench',
    versionCommand: { executable: 'k6', args: ['version'], pattern: /k6 v(\d+\.\d+\.\d+\S*)/ },
    module: { package: 'go.k6.io/k6', dir: moduleDir('k6'), flags: ['-ldflags=-s -w'] },
  },
};
