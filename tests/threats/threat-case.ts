import type { Issuer } from './issuer.ts'

/** What a case can put on the wire that must be made anew for every run. */
export interface Tokens {
  readonly issuer: Issuer
  /** Of a user of no group. */
  readonly user: string
  /** Of a member of `admins`. */
  readonly admin: string
  /** The assertion that the service got with the user's last request. */
  readonly assertion: string
}

/** One attack, or one plain request beside it that must keep working. */
export interface ThreatCase {
  readonly name: string
  /** By which records the class is known. */
  readonly records?: string
  /** The bytes, as latin1. */
  readonly send: string | ((tokens: Tokens) => string)
  /** Allowed statuses of the last response. */
  readonly status: number | readonly number[]
  /** What the service sees; left out, nothing may reach it. */
  readonly reaches?: Reaches
  /** The proxy must close the connection although the client would keep it. */
  readonly closes?: true
}

export interface Reaches {
  readonly method?: string
  /** Byte for byte. */
  readonly url: string
  readonly body?: string
  /** Header names (lower case) that must not arrive in any spelling, header or trailer. */
  readonly without?: readonly string[]
  /** Headers that arrive once with a value that matches. */
  readonly has?: Readonly<Record<string, RegExp>>
}

/** A path without a route is denied, and looks like one that is not there or not allowed. */
export const NO_ROUTE = [403, 404] as const
