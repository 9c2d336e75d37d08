import { type Manifest, readWritten } from '../../../abi/index.ts'
import type { Caller } from '../../../identity/index.ts'
import type { CallerFacts } from '../../../policy/index.ts'
import type { Program, RequestHandle } from '../../../realm/program/program.ts'
import { PART, type ReadPart } from '../../../realm/program/read-part.ts'
import { asking } from '../../../realm/realm-error.ts'
import { type Part, type ReadPlan, ReadPlans } from './read-plan.ts'

/** Maximum length in characters of the values of a credential, or of a request. */
const MOST = 4096

/**
 * Reason why a value is not in the record. `redacted`: by configuration. `long`: there is no space. `secret`: its name is that
 * of a credential. `whole`: it is a body that is no record. `repeated`: the header has several lines. `present`: conditions
 * read its presence only.
 */
type Omission = 'present' | 'redacted' | 'long' | 'secret' | 'whole' | 'repeated'

/** Entries of the three objects of `values`, as text. */
interface Gathered {
  readonly read: string
  readonly hashed: string
  readonly omitted: string
  /** Whether `hashed` and `omitted` are empty. */
  readonly isRead: boolean
}

/** The part of a {@link Redaction} that applies to values which conditions of the policy read, such as claims and headers. */
export interface ValueRedaction {
  wayOf(path: string, namesSubject: boolean): 'omit' | 'hash' | undefined
  hashOf(text: string): string
}

/**
 * Values that conditions may read, as `values` in `audit-record.schema.json`. They are serialized only if a sink keeps the
 * record.
 */
export class ValuesRead {
  #from: From | null

  constructor(from: From) {
    this.#from = from
  }

  /** Returns the member `,"values":{…}` of the record, or an empty text without values. */
  text(redaction: ValueRedaction | null): string {
    const from = this.#from
    if (from === null) return ''
    const { plan } = from
    const caller = plan.ofCaller.length === 0 ? NONE : textsOfCaller(from, redaction)
    const request = plan.ofRequest.length === 0 ? NONE : gather(plan.ofRequest, from, redaction)
    const read = joined(caller.read, request.read)
    const body = plan.body && hasBody(from)
    // The common case: joining and splitting texts costs as much as their content.
    if (caller.isRead && request.isRead) {
      if (read === '') return body ? ',"values":{"body":true}' : ''
      return body ? `,"values":{"body":true,"read":{${read}}}` : `,"values":{"read":{${read}}}`
    }
    const members = [
      body ? '"body":true' : '',
      member('read', read),
      member('hashed', joined(caller.hashed, request.hashed)),
      member('omitted', joined(caller.omitted, request.omitted)),
    ]
    return `,"values":{${members.filter((text) => text !== '').join()}}`
  }

  /**
   * Drops the references to the request and the policy, so that they can be garbage-collected. Must be called after the record is
   * written.
   */
  forget(): void {
    this.#from = null
  }
}

interface From {
  readonly plan: ReadPlan
  readonly facts: CallerFacts
  readonly caller: Caller | null
  readonly asked: RequestHandle
}

/** Returns the values that depend on the credential alone, cached per credential and plan. */
function textsOfCaller(from: From, redaction: ValueRedaction | null): Gathered {
  const { plan, facts } = from
  const texts = textsOf(redaction)
  const byPlan = texts.get(facts)
  const known = byPlan?.get(plan)
  if (known !== undefined) return known
  const gathered = gather(plan.ofCaller, from, redaction)
  const made = { ...gathered, read: inOnePiece(gathered.read) }
  if (byPlan !== undefined) byPlan.set(plan, made)
  else texts.set(facts, new Map([[plan, made]]))
  keptTexts++
  return made
}

/** Flattens a string that V8 stores as a rope, which each line would flatten again: 0.7 µs of a record. */
function inOnePiece(text: string): string {
  return Buffer.from(text).toString()
}

/** Maximum number of cached texts, which take a few megabytes. */
const MOST_KEPT = 20_000
let keptTexts = 0

type Texts = WeakMap<CallerFacts, Map<ReadPlan, Gathered>>
let plainTexts: Texts = new WeakMap()
let redactedTexts = new WeakMap<ValueRedaction, Texts>()

function textsOf(redaction: ValueRedaction | null): Texts {
  if (keptTexts >= MOST_KEPT) {
    keptTexts = 0
    plainTexts = new WeakMap()
    redactedTexts = new WeakMap()
  }
  if (redaction === null) return plainTexts
  const known = redactedTexts.get(redaction)
  if (known !== undefined) return known
  const made: Texts = new WeakMap()
  redactedTexts.set(redaction, made)
  return made
}

const NONE: Gathered = { read: '', hashed: '', omitted: '', isRead: true }

function member(name: string, entries: string): string {
  return entries === '' ? '' : `"${name}":{${entries}}`
}

/** Plans by route, and then by the index of the identity + 1. */
interface KnownPlans {
  readonly plans: ReadPlans
  readonly byRoute: Map<string, (ReadPlan | null | undefined)[]>
}

const known = new WeakMap<Manifest, KnownPlans>()

function plansOf(manifest: Manifest): KnownPlans | null {
  if (manifest.reads === undefined) return null
  const made = known.get(manifest) ?? { plans: new ReadPlans(manifest, readWritten(manifest.reads)), byRoute: new Map() }
  known.set(manifest, made)
  return made
}

/** Manifest of the last policy. Usually only one policy is active. */
let manifestOfPlans: Manifest | null = null
let current: KnownPlans | null = null

/**
 * Returns an accessor of those values of a request that conditions of its route may have read, for its audit record. Returns
 * `null` if the record contains these values anyway, or if the manifest does not declare them.
 */
export function valuesRead(
  manifest: Manifest,
  route: string,
  facts: CallerFacts,
  caller: Caller | null,
  asked: RequestHandle,
): ValuesRead | null {
  if (manifest !== manifestOfPlans) {
    manifestOfPlans = manifest
    current = plansOf(manifest)
  }
  if (current === null) return null
  const place = facts.identity + 1
  const ofRoute = current.byRoute.get(route)
  let plan = ofRoute?.[place]
  if (plan === undefined) {
    plan = current.plans.make(route, caller?.identity ?? null)
    if (ofRoute === undefined) {
      const made: (ReadPlan | null | undefined)[] = []
      made[place] = plan
      current.byRoute.set(route, made)
    } else ofRoute[place] = plan
  }
  return plan === null ? null : new ValuesRead({ plan, facts, caller, asked })
}

function hasBody({ facts: { program }, asked }: From): boolean {
  const { hasBody } = program
  return asking(() => hasBody(asked)) === true
}

function gather(parts: readonly Part[], from: From, redaction: ValueRedaction | null): Gathered {
  let read = ''
  let hashed = ''
  let omitted = ''
  const omit = (part: Part, why: Omission) => {
    omitted = joined(omitted, `${part.key}"${why}"`)
  }
  for (const part of parts) {
    const { caller } = from
    const told = toldOf(part, from)
    const how = told.charAt(0)
    // Unread bodies have no values.
    if (how === PART.notAsked) continue
    const isConsumed = part.header !== null && caller?.consumed.includes(part.header) === true
    const why = part.isPresence ? null : isConsumed || how === PART.secret ? 'secret' : part.omitted
    if (why !== null) {
      omit(part, why)
      continue
    }
    if (how === PART.repeated) {
      omit(part, 'repeated')
      continue
    }
    const isAbsent = how === PART.absent
    if (part.isSubject && how === PART.subject) continue
    const namesSubject = part.namesSubject || how === PART.subject || how === PART.holdsSubject
    const way = redaction?.wayOf(part.path, namesSubject)
    if (way === 'omit') {
      omit(part, 'redacted')
      continue
    }
    if (part.isPresence && !isAbsent) {
      omit(part, 'present')
      continue
    }
    if (way === 'hash' && !isAbsent) {
      const hash = hashText(part, from, redaction as ValueRedaction)
      if (hash === null || hashed.length + hash.length > MOST) omit(part, 'long')
      else hashed = joined(hashed, `${part.key}${hash}`)
      continue
    }
    const text = isAbsent ? 'null' : told.slice(1)
    if (text === '' || read.length + text.length > MOST) omit(part, 'long')
    else read = joined(read, `${part.key}${text}`)
  }
  return { read, hashed, omitted, isRead: hashed === '' && omitted === '' }
}

/** Returns the realm's result for a value: a `PART` followed by its JSON. */
function toldOf(part: Part, { facts: { program, handle }, asked, caller }: From): string {
  const { readPart } = program
  const number = numberOf(part, program)
  const told: unknown = asking(() => readPart(number, handle, asked, caller?.subject ?? null))
  return typeof told === 'string' ? told : PART.secret
}

const numbers = new WeakMap<Program, Map<Part, number>>()

function numberOf(part: Part, program: Program): number {
  let known = numbers.get(program)
  if (known === undefined) {
    known = new Map()
    numbers.set(program, known)
  }
  const number = known.get(part)
  if (number !== undefined) return number
  const { at, header, type, isLookedInto, isPresence } = part
  const { addPart } = program
  const text = JSON.stringify({ at, header, type, isLookedInto: isLookedInto && !isPresence } satisfies ReadPart)
  const added = asking(() => addPart(text))
  known.set(part, added)
  return added
}

/** Returns the hash of a value. Elements of a list or set are hashed one by one. */
function hashText(part: Part, { facts: { program, handle }, asked }: From, redaction: ValueRedaction): string | null {
  const { textsOfPart } = program
  const number = numberOf(part, program)
  const told: unknown = asking(() => textsOfPart(number, handle, asked))
  if (typeof told !== 'string' || told === '') return null
  const hashes = (JSON.parse(told) as readonly unknown[]).map((text) => redaction.hashOf(String(text)))
  const { type } = part
  const isList = typeof type === 'object' && ('list' in type || 'set' in type)
  return isList ? JSON.stringify(hashes) : `"${hashes[0]}"`
}

function joined(a: string, b: string): string {
  return a === '' ? b : b === '' ? a : `${a},${b}`
}
