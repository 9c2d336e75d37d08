/**
 * The contract between the host and the program beside a policy's code in its realm (`docs/decisions`, "A realm for decisions").
 *
 * Only primitives enter: strings, numbers, bigints, booleans and null. Primitives and handles leave: realm objects that the host
 * stores and passes back but never reads. What the host needs to know, functions here return as JSON text or numbers.
 */

declare const kind: unique symbol

/** Reference to an object of the realm, such as a decoded caller. The host may only store, compare and pass it back. */
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
  /** Returns the JSON text of a `Tables` object. */
  tables(): string
  readonly anonymous: CallerHandle
  /**
   * Decodes the claims of a caller from JSON text. If they do not match their declaration, returns the JSON text of a
   * `DecodeError`. If they match but cannot be decoded, such as an ill-formed string, returns an empty text.
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
  /** Returns the claims that the identity declares as JSON text, for the assertion that the proxy sends to services. */
  declaredClaims(caller: CallerHandle): string
  /**
   * Decodes new values of data and adds them to the snapshot `onto`; values of other data stay. The arguments are pairs of a
   * datum's index and its JSON text. Returns the handle of the new snapshot, or the JSON text of a `DataDecodeError` if a value
   * is invalid.
   */
  data(onto: DataHandle | null, ...values: (number | string)[]): DataHandle | string
  /**
   * Decodes the query of a request. `values` holds, for each declared key, the number of its values followed by these values.
   * Returns `null` if a value does not have its declared type.
   */
  query(route: number, ...values: (number | string)[]): QueryHandle | null
  /** Decodes the JSON text of a request body. If it is invalid, returns a sentence that tells why. */
  body(route: number, text: string): BodyHandle | string
  /**
   * Stores the headers of a request. `lines` holds two values for each header that the route reads: its value, and its number of
   * lines.
   */
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

  /** Decides a request. Returns an index in `Tables.outcomes`. */
  decide(route: number, caller: CallerHandle, request: RequestHandle): number
  /** Decides a request before its body is read. Returns an index in `Tables.outcomes`, or −1 if the decision needs the body. */
  early(route: number, caller: CallerHandle, request: RequestHandle): number
  /**
   * Decides a route that the policy's decision table contains, by the caller alone. Returns the index of an outcome, which
   * applies unless one of the rows in `left` holds for the request.
   */
  plan(route: number, caller: CallerHandle): number
  left(): number
  /**
   * Completes a decision of `plan` for a request. `left` is the bit mask of rows to test, and `otherwise` the outcome if none of
   * them holds. Returns the index of the outcome.
   */
  ask(route: number, left: number, otherwise: number, caller: CallerHandle, request: RequestHandle): number
  /** Returns the obligations of a permitted request as the JSON text of `Obligations`, or an empty text if there are none. */
  obligations(route: number, caller: CallerHandle, request: RequestHandle): string
  /**
   * Returns a decision with its rules as the JSON text of a `Trace` without its explanation. Returns an empty text if it holds no
   * more than the outcome.
   *
   * @param decided index of the outcome, or −1 if unknown
   */
  trace(route: number, caller: CallerHandle, request: RequestHandle, decided: number): string
  /**
   * Tests the functions of a route before requests use them: runs `decide` twice and `trace` once, so that they are compiled.
   * Returns the index of the outcome.
   *
   * @throws errors of the functions, and an error if their results differ or are incomplete
   */
  tryOut(route: number, caller: CallerHandle, request: RequestHandle): number
  /** Returns the outcome of each clause for a request as the JSON text of an `Explanation`. */
  explanation(route: number, caller: CallerHandle, request: RequestHandle): string
  /** Returns whether an enforced permit of the route applies to a caller of the identity who has all roles. */
  mayPermit(route: number, identity: number, request: RequestHandle): boolean

  /**
   * Registers a value that audit records hold, given as the JSON text of a `ReadPart`. Returns its number, which `readPart`
   * takes.
   */
  addPart(part: string): number
  /**
   * Returns a registered value of a request for its audit record. The first character is one of `PART`; for some of these the
   * JSON of the value follows.
   */
  readPart(part: number, caller: CallerHandle, request: RequestHandle, subject: string | null): string
  /**
   * Returns the texts whose hashes an audit record holds for a registered value, as a JSON list: one text for each element of a
   * list or set, or one for the value itself. Returns an empty text if there are too many or one is too long.
   */
  textsOfPart(part: number, caller: CallerHandle, request: RequestHandle): string
  hasBody(request: RequestHandle): boolean

  /**
   * Returns a copy of data for replaying a recorded decision. `states` has a number for each datum of the tables. 0: present. 1:
   * absent. 2: missing in the record, so that reading it throws.
   */
  dataWithout(data: DataHandle | null, ...states: number[]): DataHandle
  /**
   * Returns the caller of a recorded decision for its replay, from the JSON text of a `RecordedCaller`. Values that were not
   * recorded throw when read.
   */
  recordedCaller(caller: CallerHandle, recorded: string): CallerHandle
  /**
   * Returns the request of a recorded decision for its replay, from the JSON text of a `RecordedRequest`. Values that were not
   * recorded throw when read.
   */
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
 * Contents of a policy module as JSON, with which the host checks the module and matches requests. Each function is replaced by
 * `true`. A value in the place of a function that is not one is replaced by `false`, and `null` stays.
 */
export interface Tables {
  readonly abi: unknown
  readonly routes: unknown
  readonly identities: unknown
  readonly data: unknown
  readonly outcomes: unknown
  readonly ancestors: unknown
  /**
   * Error message that names the first identity, datum or body of the policy for which `validators.js` has no validator, or
   * `null` if none is missing.
   */
  readonly validators: string | null
}
