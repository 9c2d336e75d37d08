/**
 * The contract between the host and the program beside a policy's code in its realm (`docs/decisions`, "A realm for decisions").
 *
 * Only primitives enter: strings, numbers, bigints, booleans and null. Primitives and handles leave: realm objects that the host
 * stores and passes back but never reads. What the host needs to know, functions here return as JSON text or numbers.
 */

declare const kind: unique symbol

/** An object of the realm that the host may only store, compare and pass back. */
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
  /** Returns the JSON of `Tables`. */
  tables(): string
  readonly anonymous: CallerHandle
  /**
   * Decodes claims from JSON text. On an error, returns a `DecodeError` as JSON, or an empty text for a value without meaning,
   * such as an ill-formed string.
   *
   * @param time time at which the caller authenticated, in nanoseconds since 1970
   */
  caller(
    identity: number,
    claims: string,
    data: DataHandle | null,
    time: bigint | null,
    acr: string | null,
    mfa: boolean,
  ): CallerHandle | string
  /** Returns the typed claims of a caller as JSON, for assertions. */
  declaredClaims(caller: CallerHandle): string
  /**
   * Adds data, given as pairs of index and JSON text. Returns a `DataDecodeError` as JSON if a value is refused; no data
   * changes then.
   */
  data(onto: DataHandle | null, ...values: (number | string)[]): DataHandle | string
  /**
   * Decodes the query. `values` holds, for each declared key, the number of values and then the values. Returns `null` if a
   * value does not decode.
   */
  query(route: number, ...values: (number | string)[]): QueryHandle | null
  /** Decodes the text of a body. Returns a sentence if it is invalid. */
  body(route: number, text: string): BodyHandle | string
  /** Stores headers. `lines` holds, for each header that the route reads, the value and the number of lines. */
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

  /** Decides a request. Returns the index of an outcome. */
  decide(route: number, caller: CallerHandle, request: RequestHandle): number
  /** Decides a request before its body is read. Returns the index of an outcome, or −1 if the decision needs the body. */
  early(route: number, caller: CallerHandle, request: RequestHandle): number
  /**
   * Decides a route of the decision table by the caller alone. Returns the index of the outcome, which applies unless one of
   * the rows in `left` holds for the request.
   */
  plan(route: number, caller: CallerHandle): number
  left(): number
  /** Decides a route of the decision table by the rows that `plan` has left. Returns `otherwise` if none holds. */
  ask(route: number, left: number, otherwise: number, caller: CallerHandle, request: RequestHandle): number
  /** Returns the JSON of `Obligations`, or an empty text without any. */
  obligations(route: number, caller: CallerHandle, request: RequestHandle): string
  /**
   * Returns the JSON of a trace without its explanation, or an empty text if it holds no more than the outcome.
   *
   * @param decided index of the outcome, or −1 if unknown
   */
  trace(route: number, caller: CallerHandle, request: RequestHandle, decided: number): string
  /**
   * Runs `decide` twice and `trace` once, so that they are compiled. Returns the index of the outcome.
   *
   * @throws errors of the functions, and an error if their results differ or are incomplete
   */
  tryOut(route: number, caller: CallerHandle, request: RequestHandle): number
  /** Returns the JSON of an `Explanation`. */
  explanation(route: number, caller: CallerHandle, request: RequestHandle): string
  /** Returns whether an enforced permit of the route applies to a caller of the identity who has all roles. */
  mayPermit(route: number, identity: number, request: RequestHandle): boolean

  /** Registers a value for audit records, given as the JSON of a `ReadPart`. Returns the number to pass to `readPart`. */
  addPart(part: string): number
  /** Returns a registered value for an audit record (see `read-part.ts`). */
  readPart(part: number, caller: CallerHandle, request: RequestHandle, subject: string | null): string
  /** Returns a JSON list of texts to hash, one for each element of a list or set, or an empty text if it is too long. */
  textsOfPart(part: number, caller: CallerHandle, request: RequestHandle): string
  hasBody(request: RequestHandle): boolean

  /**
   * Returns data for a replay. `states` are in the order of the tables: 0 present, 1 absent, 2 missing (reading the datum
   * throws).
   */
  dataWithout(data: DataHandle | null, ...states: number[]): DataHandle
  /** Returns a caller for a replay, in which values may be missing, from the JSON of a `RecordedCaller`. */
  recordedCaller(caller: CallerHandle, recorded: string): CallerHandle
  /** Returns a request for a replay, in which values may be missing, from the JSON of a `RecordedRequest`. */
  recordedRequest(data: DataHandle | null, recorded: string): RequestHandle
}

/** The reason why a JSON value does not match its declaration. */
export interface DecodeError {
  /**
   * Position in the value as a JSON Pointer (RFC 6901), empty for the whole value. Truncated, because the sender may choose
   * keys.
   */
  readonly pointer: string
  /** Problem at the position, such as `must be array`; never the value. */
  readonly problem: string
}

/**
 * The reason why data does not match its declaration. `pointer` is a position in the value of `datum`; the message names both,
 * but no value.
 */
export interface DataDecodeError {
  readonly datum: string
  readonly pointer: string
  readonly message: string
}

/**
 * Tables of a policy module as JSON for the host. Functions appear as true; other values in their place, except `null`, appear
 * as false.
 */
export interface Tables {
  readonly abi: unknown
  readonly routes: unknown
  readonly identities: unknown
  readonly data: unknown
  readonly outcomes: unknown
  readonly ancestors: unknown
  /** Sentence about missing validators, or `null` if none is missing. */
  readonly validators: string | null
}
