/**
 * The redirect URI of an identity. Each identity has its own, so that an answer names the provider that the browser was sent to:
 * a provider that passes its login on to another one gets no code of that other one (mix-up: RFC 9700, section 4.4).
 */
export function callbackPath(identity: string): string {
  return CALLBACK_PATHS + identity
}

/** The assertion consumer service of an identity (saml-profiles, section 4.1). */
export function assertionConsumerPath(identity: string): string {
  return ASSERTION_CONSUMER_PATHS + identity
}

export const CALLBACK_PATHS = '/.iap/callback/'
export const ASSERTION_CONSUMER_PATHS = '/.iap/saml/acs/'
export const SIGNED_OUT_PATH = '/.iap/signed-out'
export const RECEIVED_PATH = '/.iap/saml/received'
export const SAML_LOGOUT_PATH = '/.iap/saml/logout'

/** Characters of a path that is kept. */
const MOST = 2048

/**
 * Where somebody comes back to after signing in: a path of the same origin, or null. It is a list of what may be there and not of
 * what may not: a `/`, a letter or so that makes no authority of what follows, and visible ASCII without `\` (browsers read it as
 * `/`) and `#`. Then the URL Standard must agree, by the parser that browsers have.
 */
export function returnPath(text: string, origin: string): string | null {
  if (text.length > MOST || !allowed.test(text) || startsLikeAuthority.test(text)) return null
  if (!URL.canParse(text, origin)) return null
  const url = new URL(text, origin)
  if (url.origin !== new URL(origin).origin || url.username !== '' || url.password !== '') return null
  // `/x/..//evil` becomes `//evil`, which would be another authority if somebody took it for a reference.
  const path = `${url.pathname}${url.search}`
  if (startsLikeAuthority.test(path) || !allowed.test(path)) return null
  // The proxy's own pages: coming back to a login would begin another.
  return url.pathname.startsWith('/.iap/') ? null : path
}

const allowed = /^\/[!$-[\]-~]*$/
/** `//`, and what becomes that for whoever decodes once more. */
const startsLikeAuthority = /^\/(?:\/|\\|%(?:25)*(?:2f|5c|0[0-9a-f]|1[0-9a-f]|20|7f))/i
