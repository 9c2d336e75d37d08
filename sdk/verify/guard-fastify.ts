import { AssertionRefused } from './assertion-refused.ts'
import type { HeaderLines, Verifier } from './create-verifier.ts'
import { refusalAnswer } from './refusal-answer.ts'

/**
 * A Fastify 5 plug-in that verifies each request. Fastify's own type of plug-ins is more specific.
 *
 * @param app instance of Fastify
 * @returns a promise that resolves when the hook for requests is added
 */
export type FastifyGuard = (app: object) => Promise<void>

/** The used part of Fastify 5. */
interface App {
  decorateRequest(name: string, value: null): unknown
  addHook(name: 'onRequest', hook: (request: Request, reply: Reply) => Promise<unknown>): unknown
}

interface Request {
  readonly raw: HeaderLines
}

interface Reply {
  code(status: number): Reply
  headers(headers: Readonly<Record<string, string>>): Reply
  send(body: Uint8Array): Reply
}

/**
 * Creates a Fastify 5 plug-in that serves requests with a valid assertion and refuses others with `application/problem+json` (RFC
 * 9457). Handlers read `request.caller`.
 *
 * @param verifier verifier of this service
 * @returns a plug-in that guards all routes of the context in which it is registered, and of the contexts below
 *
 * @example
 * ```ts
 * import fastify from 'fastify'
 * import { type Caller, createVerifier, guardFastify } from 'iap-proxy/verify'
 *
 * declare module 'fastify' {
 *   interface FastifyRequest {
 *     caller: Caller
 *   }
 * }
 *
 * const verifier = createVerifier({ audience: 'orders', jwks: 'https://proxy.internal/.well-known/iap/jwks.json' })
 * const app = fastify()
 * app.register(guardFastify(verifier))
 * app.get('/orders', async (request) => ({ subject: request.caller.subject }))
 * const response = await app.inject('/orders')
 * console.log(response.statusCode) // 401
 * ```
 */
export function guardFastify(verifier: Verifier): FastifyGuard {
  async function iapCaller(instance: object): Promise<void> {
    const app = instance as App
    app.decorateRequest('caller', null)
    app.addHook('onRequest', async (request, reply) => {
      try {
        Object.assign(request, { caller: await verifier.verifyRequest(request.raw) })
        return undefined
      } catch (error) {
        if (!(error instanceof AssertionRefused)) throw error
        const { status, headers, body } = refusalAnswer(error)
        // Fastify adds a charset to texts, which JSON does not have.
        return reply.code(status).headers(headers).send(Buffer.from(body))
      }
    })
  }
  // As `fastify-plugin` does: otherwise the hook applies to the plug-in's own empty context.
  return Object.assign(iapCaller, { [Symbol.for('skip-override')]: true })
}
