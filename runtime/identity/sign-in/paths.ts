/** Where providers lead back to, and what follows. */
export const CALLBACK_PATH = '/.iap/callback'
export const SIGNED_OUT_PATH = '/.iap/signed-out'
export const ASSERTION_CONSUMER_PATH = '/.iap/saml/acs'
export const RECEIVED_PATH = '/.iap/saml/received'
export const SAML_LOGOUT_PATH = '/.iap/saml/logout'
