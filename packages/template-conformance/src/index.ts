/**
 * @leasehold/template-conformance: what every tenant template must do, whatever it is written in, as checks over its
 * processes: the image is run as the platform runs it, over the real data gateway and emulator.
 */
export { testTemplate, type SuiteOptions } from './run-suite.js';
export { checks } from './checks/index.js';
export type { CheckResult } from './check.js';
export { findImage, TemplateFolderError } from './find-image.js';
