/** Days before a tenant's last moment at which an event tells of it. */
export const noticeDays = [7, 1] as const;
