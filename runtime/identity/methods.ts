import type { IdentityConfig, MethodName } from './identity-config.ts'
import { jwt } from './jwt/jwt.ts'
import type { IdentityMethod } from './method.ts'
import { mtls } from './mtls/mtls.ts'

type Methods = { readonly [Name in MethodName]: IdentityMethod<NonNullable<IdentityConfig[Name]>> }

/**
 * In the order in which a request is asked for a credential. The first that it carries counts, and no other is tried. `jwt` has whatever else the Authorization header
 * holds, so that nothing there is overlooked.
 */
export const methods: Methods = { jwt, mtls }
