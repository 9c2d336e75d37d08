/** Paths below it are the proxy's own, on every host: no route of a policy is reached there. */
export const WELL_KNOWN = '/.well-known/iap/'

/** The keys of assertions (RFC 7517). */
export const JWKS_PATH = `${WELL_KNOWN}jwks.json`

/** What the codes of the proxy's own answers mean: what the `type` of a problem points to. */
export const ERRORS_PATH = `${WELL_KNOWN}errors`
