import type { Canonical } from '../../../request/index.ts'

/** A request about which another proxy asks: data, of which nothing is read from a connection. */
export interface CheckedRequest {
  /** Method and target as the client sent them, for records of requests without a canonical form. */
  readonly method: string
  readonly target: string
  /** Flat list of names and values, from which the canonical form is made. */
  readonly rawHeaders: readonly string[]
  /** IP address of the client, or of the asking proxy if it names none; empty if that has none, at a Unix socket. */
  readonly peer: string
  /** The whole body; `null` if the request has none. `incomplete` if the asking proxy did not send it, or only a part. */
  readonly body: Buffer | null | 'incomplete'
  canonicalize(): Canonical
}
