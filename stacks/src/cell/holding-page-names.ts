/** Where the page of suspended clients is, in each cell. */
export const holdingPage = { namespace: 'leasehold-system', name: 'holding-page' } as const;

/** Says to the holding page whose page it is; the route sets it. */
export const tenantHeader = 'Leasehold-Tenant';
