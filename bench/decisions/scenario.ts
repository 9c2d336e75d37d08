import type { Jobs } from '../peers/job.ts'
import type { Random } from '../random.ts'
import type { AskedRequest } from './asked-request.ts'
import type { Engine } from './engine.ts'

/** Claims as a credential carries them, by identity; null: anonymous. */
export type Caller = { readonly identity: string; readonly claims: object } | null

/** A request before it is read. `caller` is the index of who sends it. */
export interface Written {
  readonly caller: number
  readonly method: string
  readonly target: string
  /** Name, value, name, value …, the host among them. */
  readonly headers: readonly string[]
}

/** A policy with all that is asked of it: what every engine is made of. The same name and size give the same one. */
export interface Scenario {
  /** Of its `.iap` files, by name. */
  readonly texts: ReadonlyMap<string, string>
  /** What is pushed to it, as JSON by name. */
  readonly data: Readonly<Record<string, unknown>>
  readonly callers: readonly Caller[]
  /** A request that there is a route for. */
  draw(random: Random): Written
  /** One much like it that there is none for. */
  miss(written: Written, random: Random): Written
  /** Every one, once, where they can be counted. */
  all?(): readonly Written[]
  openByHand(): Engine
  /** The floor, where the route and one bit of the caller can say something. */
  readonly openBitTest: (() => Engine) | null
  /** For peers: these requests, which there are routes for, and the policy in their languages. */
  jobs(asked: readonly AskedRequest[]): Jobs
}
