import type { AskedRequest } from './asked-request.ts'

/** `routed`: from the request alone. `known`: the route was found before. `hot`: besides, the same requests come again and again. */
export type Row = 'routed' | 'known' | 'hot'

export type EngineName = 'iap' | 'by-hand' | 'bit-test'

/** Who is timed in turns: ours on the policy in question and, for comparison, on that of 40 rules, and the others on the former. */
export type Contestant = EngineName | 'iap-of-40'

/** Something that decides. */
export interface Engine {
  /** Route, effect and reason as text, for comparison. */
  answer(asked: AskedRequest): string
  /** A loop of the engine's own over as many requests as it is loaded with. */
  loop(row: Row): Loop
}

export interface Loop {
  /** Whatever may be done when somebody logs in, or when a request was read, is done here. */
  load(asked: readonly AskedRequest[]): void
  /** Decides all once, and returns something that depends on every decision. */
  pass(): number
}
