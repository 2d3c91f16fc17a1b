import { z } from 'zod';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** Any JSON object, for what is stored as it is. */
export const jsonObject = z.record(z.string(), z.json());
