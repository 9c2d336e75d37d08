/** `iap-proxy/verify`: checks in a service who the caller is, as asserted by the proxy. See `docs/reference/assertion.md`. */

export { AssertionRefused, type RefusalCode } from './assertion-refused.ts'
export { type Caller, createVerifier, type HeaderLines, type Verifier, type VerifierOptions } from './create-verifier.ts'
export { type ExpressGuard, guardExpress } from './guard-express.ts'
export { type FastifyGuard, guardFastify } from './guard-fastify.ts'
export { guardHttp, type HttpGuard, type HttpResponse } from './guard-http.ts'
export type { JwkSet } from './jwk-set.ts'
