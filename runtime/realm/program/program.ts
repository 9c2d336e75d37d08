/**
 * The contract between the host and the program that runs beside a policy's code in a realm of its own (`docs/decisions`, "A
 * realm for decisions").
 *
 * Only primitives go in: texts, numbers, bigints, booleans and null. What comes out is a primitive, or a handle: an object of the
 * realm that the host keeps and hands back, and never looks into. Whatever the host must know of an object, a function here says
 * as JSON text or as a number.
 */

declare const kind: unique symbol

/** An object of the realm. The host may keep it, compare it and hand it back, and nothing else. */
export interface Handle<Kind extends string> {
  readonly [kind]: Kind
}

/** What is known of a caller. */
export type CallerHandle = Handle<'caller'>
/** The request as conditions read it. */
export type RequestHandle = Handle<'request'>
/** One generation of the data of a policy. */
export type DataHandle = Handle<'data'>
export type QueryHandle = Handle<'query'>
/** A body, typed. */
export type BodyHandle = Handle<'body'>
export type HeadersHandle = Handle<'headers'>
export type CertificateHandle = Handle<'certificate'>

export interface Program {
  /** JSON of `Tables`. */
  tables(): string
  readonly anonymous: CallerHandle
  /**
   * Of claims as JSON text. A text: JSON of the `DecodeError` that says why they do not fit, or an empty one where a value has no
   * meaning.
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
  /** The typed caller as JSON, as assertions say it. */
  declaredClaims(caller: CallerHandle): string
  /**
   * Other data onto those that there are: of each datum its index, then its JSON text. A text: JSON of the `DataDecodeError` for which
   * nothing changes.
   */
  data(onto: DataHandle | null, ...values: (number | string)[]): DataHandle | string
  /** Of each declared key in order: the number of its values, then the values. Null: one does not fit. */
  query(route: number, ...values: (number | string)[]): QueryHandle | null
  /** Of the text of a body. A text: one sentence that says why it does not fit. */
  body(route: number, text: string): BodyHandle | string
  /** Of each header that the route reads: its value, and the number of its lines. */
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

  /** The index of an outcome. */
  decide(route: number, caller: CallerHandle, request: RequestHandle): number
  /** The same before the body was read; −1: the body must be read first. */
  early(route: number, caller: CallerHandle, request: RequestHandle): number
  /** Of a route that is in the table: the outcome, unless a row holds of those that `left` tells then. */
  plan(route: number, caller: CallerHandle): number
  left(): number
  /** The outcome of a route that is in the table, by the rows left to ask. */
  ask(route: number, left: number, otherwise: number, caller: CallerHandle, request: RequestHandle): number
  /** JSON of `Obligations`; empty: none. */
  obligations(route: number, caller: CallerHandle, request: RequestHandle): string
  /**
   * JSON of a trace, without its explanation; empty where it says no more than the outcome.
   *
   * @param decided the index of the outcome; −1: nothing is known
   */
  trace(route: number, caller: CallerHandle, request: RequestHandle, decided: number): string
  /**
   * Runs `decide` twice and `trace` once, so that V8 has compiled them before the first request. The index of the outcome. Throws
   * what they throw, if the two decisions differ, and if the trace lacks a part.
   */
  tryOut(route: number, caller: CallerHandle, request: RequestHandle): number
  /** JSON of an `Explanation`. */
  explanation(route: number, caller: CallerHandle, request: RequestHandle): string
  /** Whether an enforced permit of the route names somebody of the identity who has every role. */
  mayPermit(route: number, identity: number, request: RequestHandle): boolean

  /** Registers what audit records hold of a value: JSON of a `ReadPart`. The number by which `readPart` knows it. */
  addPart(part: string): number
  /** What a record says of a value: see `read-part.ts`. */
  readPart(part: number, caller: CallerHandle, request: RequestHandle, subject: string | null): string
  /** What is hashed of a value: a JSON list of texts for a list or set, else one text in a list; empty: too long. */
  textsOfPart(part: number, caller: CallerHandle, request: RequestHandle): string
  hasBody(request: RequestHandle): boolean

  /**
   * Replay: data without those that are lacking, in the order of the tables: 0 there, 1 absent, 2 lacking (asking for it throws).
   */
  dataWithout(data: DataHandle | null, ...states: number[]): DataHandle
  /** Replay: a caller of whom a record does not hold everything, by JSON of `RecordedCaller`. */
  recordedCaller(caller: CallerHandle, recorded: string): CallerHandle
  /** Replay: a request of which a record does not hold everything, by JSON of `RecordedRequest`. */
  recordedRequest(data: DataHandle | null, recorded: string): RequestHandle
}

/** Why a JSON value does not fit its declaration. */
export interface DecodeError {
  /**
   * JSON pointer (RFC 6901) of what does not fit; empty for the whole. Cut short: its keys may be those of whoever sent the
   * value.
   */
  readonly pointer: string
  /** `must be array`: never the value. */
  readonly problem: string
}

/** `pointer` is within the value of `datum`; the message names both, and no value. */
export interface DataDecodeError {
  readonly datum: string
  readonly pointer: string
  readonly message: string
}

/**
 * What the host knows of a module. A function is told as true; what is neither one nor null where one may be left out, as false.
 */
export interface Tables {
  readonly abi: unknown
  readonly routes: unknown
  readonly identities: unknown
  readonly data: unknown
  readonly outcomes: unknown
  readonly ancestors: unknown
  /** What has no validator: a sentence. */
  readonly validators: string | null
}
