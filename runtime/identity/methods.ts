import type { IdentityConfig, MethodName } from './identity-config.ts'
import type { IdentityMethod } from './method.ts'
import { apiKey } from './methods/api-key/api-key.ts'
import { custom } from './methods/custom/custom.ts'
import { jwt } from './methods/jwt/jwt.ts'
import { mtls } from './methods/mtls/mtls.ts'
import { oauth2 } from './methods/oauth2/oauth2.ts'
import { oidc } from './methods/oidc/oidc.ts'
import { saml } from './methods/saml/saml.ts'

type Methods = { readonly [Name in MethodName]: IdentityMethod<NonNullable<IdentityConfig[Name]>> }

/**
 * In the order in which a request is asked for a credential. The first that it carries counts, and no other is tried. `jwt` has
 * whatever else the Authorization header holds, so that nothing there is overlooked, and passes on to `oauth2` the tokens that
 * are none of its issuers'. The first of `oidc` and `saml` that somebody signs in by has the sessions of both.
 */
export const methods: Methods = { api_key: apiKey, custom, jwt, oauth2, oidc, saml, mtls }
