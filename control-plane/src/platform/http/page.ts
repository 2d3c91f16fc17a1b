export { pageSchema, type Page } from '../lists/page.js';
