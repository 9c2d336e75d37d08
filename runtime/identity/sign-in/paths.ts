/**
 * Returns the path of the redirect URI of an identity. Each identity has its own, so that a response identifies its provider. A
 * malicious provider thus cannot obtain the authorization code of another provider by forwarding its logins there (mix-up attack:
 * RFC 9700, section 4.4).
 */
export function callbackPath(identity: string): string {
  return CALLBACK_PATHS + identity
}

/**
 * Returns the path to which browsers post SAML responses for an identity, its assertion consumer service (saml-profiles, section
 * 4.1).
 */
export function assertionConsumerPath(identity: string): string {
  return ASSERTION_CONSUMER_PATHS + identity
}

export const CALLBACK_PATHS = '/.iap/callback/'
export const ASSERTION_CONSUMER_PATHS = '/.iap/saml/acs/'
export const SIGNED_OUT_PATH = '/.iap/signed-out'
export const RECEIVED_PATH = '/.iap/saml/received'
export const SAML_LOGOUT_PATH = '/.iap/saml/logout'

/** Maximum length of a stored path in characters. */
const MOST = 2048

/**
 * Returns the path to which the browser returns after signing in, or `null` if the text is not a safe path on the same origin.
 * The path must begin with `/` and a character that cannot begin an authority. It must consist of visible ASCII without `#` and
 * `\` (which browsers read as `/`). The URL Standard's parser must then yield the same origin.
 */
export function returnPath(text: string, origin: string): string | null {
  if (text.length > MOST || !allowed.test(text) || startsLikeAuthority.test(text)) return null
  if (!URL.canParse(text, origin)) return null
  const url = new URL(text, origin)
  if (url.origin !== new URL(origin).origin || url.username !== '' || url.password !== '') return null
  // `/x/..//evil` becomes `//evil`, an authority when read as a reference.
  const path = `${url.pathname}${url.search}`
  if (startsLikeAuthority.test(path) || !allowed.test(path)) return null
  // Excludes the proxy's own pages: returning to a login would begin another.
  return url.pathname.startsWith('/.iap/') ? null : path
}

const allowed = /^\/[!$-[\]-~]*$/
/** Pattern of `//` and of all that decodes to it in any number of steps. */
const startsLikeAuthority = /^\/(?:\/|\\|%(?:25)*(?:2f|5c|0[0-9a-f]|1[0-9a-f]|20|7f))/i
