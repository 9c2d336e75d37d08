import { AssertionRefused } from './assertion-refused.ts'
import type { HeaderLines, Verifier } from './create-verifier.ts'
import { refusalAnswer } from './refusal-answer.ts'

/** A plugin for Fastify 5, which says more of what it hands over. */
export type FastifyGuard = (app: object) => Promise<void>

/** Of what Fastify 5 hands over. */
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
 * `app.register(guardFastify(verifier))`. It guards all routes of the context that it is registered in, and of those below; they
 * find `request.caller`.
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
        // To a text Fastify would add a charset, which JSON has none of.
        return reply.code(status).headers(headers).send(Buffer.from(body))
      }
    })
  }
  // What `fastify-plugin` does: without it the hook would guard the plugin's own context, in which there is nothing.
  return Object.assign(iapCaller, { [Symbol.for('skip-override')]: true })
}
