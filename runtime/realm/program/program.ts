/**
 * The contract between the host and the program beside a policy's code in its realm (`docs/decisions`, "A realm for decisions").
 *
 * Only primitives enter: strings, numbers, bigints, booleans and null. Primitives and handles leave: realm objects that the host
 * stores and passes back but never reads. What the host needs to know, functions here return as JSON text or numbers.
 */

declare const kind: unique symbol

/** A realm object that the host may only store, compare and pass back. */
export interface Handle<Kind extends string> {
  readonly [kind]: Kind
}

export type CallerHandle = Handle<'caller'>
export type RequestHandle = Handle<'request'>
export type DataHandle = Handle<'data'>
export type QueryHandle = Handle<'query'>
export type BodyHandle = Handle<'body'>
export type HeadersHandle = Handle<'headers'>
export type CertificateHandle = Handle<'certificate'>

export interface Program {
  /** JSON of `Tables`. */
  tables(): string
  readonly anonymous: CallerHandle
  /**
   * Decodes claims from JSON text. Returns a `DecodeError` as JSON, or an empty text for a meaningless value.
   *
   * @param time nanoseconds since 1970 when the caller authenticated
   */
  caller(
    identity: number,
    claims: string,
    data: DataHandle | null,
    time: bigint | null,
    acr: string | null,
    mfa: boolean,
  ): CallerHandle | string
  /** The typed caller as JSON, for assertions. */
  declaredClaims(caller: CallerHandle): string
  /** Adds data by index and JSON text. Returns a `DataDecodeError` as JSON if nothing changed. */
  data(onto: DataHandle | null, ...values: (number | string)[]): DataHandle | string
  /** By declared key: number of values, then the values. Null: one does not decode. */
  query(route: number, ...values: (number | string)[]): QueryHandle | null
  /** Decodes a body's text. Returns a sentence on errors. */
  body(route: number, text: string): BodyHandle | string
  /** By header that the route reads: value and number of lines. */
  headers(route: number, ...lines: (string | number | undefined)[]): HeadersHandle
  certificate(spiffeId: string, trustDomain: string, path: string, ...dnsNames: string[]): CertificateHandle
  request(
    method: string,
    host: string,
    path: string,
    sourceIp: string,
    time: bigint,
    query: QueryHandle | null,
    body: BodyHandle | null,
    mtls: CertificateHandle | null,
    data: DataHandle | null,
    headers: HeadersHandle | null,
    ...segments: string[]
  ): RequestHandle

  /** Returns the index of an outcome. */
  decide(route: number, caller: CallerHandle, request: RequestHandle): number
  /** The same before the body is read; −1: it must be read first. */
  early(route: number, caller: CallerHandle, request: RequestHandle): number
  /** For a route in the table: the outcome, unless one of the rows that `left` then returns holds. */
  plan(route: number, caller: CallerHandle): number
  left(): number
  /** Decides a route in the table by the rows left. */
  ask(route: number, left: number, otherwise: number, caller: CallerHandle, request: RequestHandle): number
  /** JSON of `Obligations`; empty: none. */
  obligations(route: number, caller: CallerHandle, request: RequestHandle): string
  /**
   * JSON of a trace without explanation; empty if it is no more than the outcome.
   *
   * @param decided index of the outcome; −1: unknown
   */
  trace(route: number, caller: CallerHandle, request: RequestHandle, decided: number): string
  /** Runs `decide` twice and `trace` once to compile them; returns the outcome. Throws their errors, differences and gaps. */
  tryOut(route: number, caller: CallerHandle, request: RequestHandle): number
  /** JSON of an `Explanation`. */
  explanation(route: number, caller: CallerHandle, request: RequestHandle): string
  /** Whether an enforced permit of the route applies to the identity with all roles. */
  mayPermit(route: number, identity: number, request: RequestHandle): boolean

  /** Registers a JSON `ReadPart` of audit records; returns its number for `readPart`. */
  addPart(part: string): number
  /** Returns a value for a record: see `read-part.ts`. */
  readPart(part: number, caller: CallerHandle, request: RequestHandle, subject: string | null): string
  /** Returns texts to hash as a JSON list: one for each element of a list or set; empty: too long. */
  textsOfPart(part: number, caller: CallerHandle, request: RequestHandle): string
  hasBody(request: RequestHandle): boolean

  /** Replay: data by state in the order of the tables: 0 present, 1 absent, 2 missing (reading throws). */
  dataWithout(data: DataHandle | null, ...states: number[]): DataHandle
  /** Replay: a caller by JSON of `RecordedCaller`, with missing values. */
  recordedCaller(caller: CallerHandle, recorded: string): CallerHandle
  /** Replay: a request by JSON of `RecordedRequest`, with missing values. */
  recordedRequest(data: DataHandle | null, recorded: string): RequestHandle
}

/** Why a JSON value does not match its declaration. */
export interface DecodeError {
  /** JSON pointer (RFC 6901), empty for the whole; truncated, as keys may come from the sender. */
  readonly pointer: string
  /** Such as `must be array`; never the value. */
  readonly problem: string
}

/** `pointer` is within the value of `datum`; the message names both, but no value. */
export interface DataDecodeError {
  readonly datum: string
  readonly pointer: string
  readonly message: string
}

/** What the host knows of a module. Functions appear as true; other values that are neither functions nor null as false. */
export interface Tables {
  readonly abi: unknown
  readonly routes: unknown
  readonly identities: unknown
  readonly data: unknown
  readonly outcomes: unknown
  readonly ancestors: unknown
  /** A sentence about missing validators. */
  readonly validators: string | null
}
