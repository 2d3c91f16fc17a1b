export function refuseExpiredFlags(manifestFile: string, now: Date): Promise<void>;
