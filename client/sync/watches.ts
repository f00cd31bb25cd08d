/** A tab that has not said for so long what is on its screen was closed or has crashed. */
export const WATCH_TTL_MS = 60_000
/** So often a tab says again what is on its screen. */
export const WATCH_RENEW_EVERY_MS = 20_000
