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
