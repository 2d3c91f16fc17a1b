export { parseSettings, SettingsError, type Program, type Settings } from './settings.js';
