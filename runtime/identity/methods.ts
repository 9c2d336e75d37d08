import { apiKey } from './api-key/api-key.ts'
import { custom } from './custom/custom.ts'
import type { IdentityConfig, MethodName } from './identity-config.ts'
import { jwt } from './jwt/jwt.ts'
import type { IdentityMethod } from './method.ts'
import { mtls } from './mtls/mtls.ts'
import { oauth2 } from './oauth2/oauth2.ts'
import { oidc } from './oidc/oidc.ts'
import { saml } from './saml/saml.ts'

type Methods = { readonly [Name in MethodName]: IdentityMethod<NonNullable<IdentityConfig[Name]>> }

/**
 * In the order in which a request is asked for a credential. The first that it carries counts, and no other is tried. `jwt` has
 * whatever else the Authorization header holds, so that nothing there is overlooked, and passes on to `oauth2` the tokens that
 * are none of its issuers'. The first of `oidc` and `saml` that somebody signs in by has the sessions of both.
 */
export const methods: Methods = { api_key: apiKey, custom, jwt, oauth2, oidc, saml, mtls }
