import type { Refusal } from '../refusals/refusal.ts'
import type { RequestContext } from '../request-context.ts'

/** The next stage follows. */
export const CONTINUE = null

/** The request was answered, or will be, or nobody waits for an answer. */
export const DONE = Symbol('done')

/** What a stage makes of a request. */
export type StageResult = typeof CONTINUE | typeof DONE | Refusal

/** A step of a request: reads and writes its context. Returns a promise only if it waits. Throws for mistakes of the proxy. */
export type Stage = (context: RequestContext) => StageResult | Promise<StageResult>
