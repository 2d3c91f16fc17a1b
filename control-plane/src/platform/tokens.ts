import type { Settings } from '@leasehold/settings';

/** Names under which the platform's parts that are no classes are injected. */
export const SETTINGS = Symbol('settings');
export const DATABASES = Symbol('databases');
export const LOGGER = Symbol('logger');
/** Aborted when the program is told to stop. */
export const STOP_SIGNAL = Symbol('stop signal');

export type ControlPlaneSettings = Settings<'control-plane'>;
/** A function that gives the OpenAPI document. */
export const API_DOCUMENT = Symbol('api document');
