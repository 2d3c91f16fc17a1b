/** The oldest Node that can run the set-up; the product itself runs on the Node that npm installs. */
const oldestNode = 20;

/**
 * Why this machine cannot run Leasehold, in one sentence; undefined when it can.
 * @param {{ nodeVersion: string, platform: string }} machine
 * @returns {string | undefined}
 */
export function whyUnsupported({ nodeVersion, platform }) {
  const major = Number(nodeVersion.split('.')[0]);
  if (major < oldestNode) {
    return `Leasehold needs Node ${oldestNode} or newer, and this is Node ${nodeVersion}: install a newer one (https://nodejs.org) and start again.`;
  }
  if (platform !== 'linux' && platform !== 'darwin') {
    return `Leasehold runs on Linux and macOS, and this is ${platform}: on Windows, use WSL 2.`;
  }
  return undefined;
}
