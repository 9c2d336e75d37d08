import { type DecisionRequest, type Facts, type Manifest, readWritten } from '../../abi/index.ts'
import type { Caller } from '../../identity/index.ts'
import type { Redaction } from '../redaction.ts'
import { jsonText, stringText } from './json-text.ts'
import { type Part, type ReadPlan, ReadPlans, valueIn } from './read-plan.ts'
import { holdsSecret } from './secret-names.ts'

/** Characters of the JSON of one value, and of all that is read of a credential, or of a request. */
const MOST_OF_ONE = 1024
const MOST = 4096

/** `redacted`: by the configuration. `long`: there was no room. `secret`: of a name that credentials have. `whole`: a body that is no record.
 * `repeated`: a header that came in several lines. `present`: nobody has asked more than whether it is there. */
type Omission = 'present' | 'redacted' | 'long' | 'secret' | 'whole' | 'repeated'

/** Entries of the three objects, as text. */
interface Gathered {
  readonly read: string
  readonly hashed: string
  readonly omitted: string
  /** Whether there is nothing in the other two. */
  readonly isRead: boolean
}

/** What a request's conditions may read of it, to be written when a sink keeps its record: `values` of `audit-record.schema.json`. */
export class ValuesRead {
  /** Null: it is written, wherever it was to be. */
  #from: From | null

  constructor(from: From) {
    this.#from = from
  }

  /** `,"values":{…}`; nothing where there is none. */
  text(redaction: Redaction | null): string {
    const from = this.#from
    if (from === null) return ''
    const { plan, asked } = from
    const caller = plan.ofCaller.length === 0 ? NONE : textsOfCaller(from, redaction)
    const request = plan.ofRequest.length === 0 ? NONE : gather(plan.ofRequest, from, redaction)
    const read = joined(caller.read, request.read)
    const body = plan.body && asked.body !== undefined
    // Mostly that is all of it: each text that is put together and taken apart again costs as much as what is in it.
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

  /** When all is written: who keeps the record need not keep the request, nor the policy that it was decided by. */
  forget(): void {
    this.#from = null
  }
}

interface From {
  readonly plan: ReadPlan
  readonly facts: Facts
  readonly caller: Caller | null
  readonly asked: DecisionRequest
}

/** Once per credential and plan, as it is the same each time. */
function textsOfCaller(from: From, redaction: Redaction | null): Gathered {
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

/** The same text. One that was put together is put together anew by each line that it goes into: 0.7 µs of a record. */
function inOnePiece(text: string): string {
  return Buffer.from(text).toString()
}

/** Texts that are kept: a few MB. */
const MOST_KEPT = 20_000
let keptTexts = 0

type Texts = WeakMap<Facts, Map<ReadPlan, Gathered>>
let plainTexts: Texts = new WeakMap()
let redactedTexts = new WeakMap<Redaction, Texts>()

function textsOf(redaction: Redaction | null): Texts {
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

const known = new WeakMap<Manifest, ReadPlans>()

function plansOf(manifest: Manifest): ReadPlans | null {
  if (manifest.reads === undefined) return null
  const made = known.get(manifest) ?? new ReadPlans(manifest, readWritten(manifest.reads))
  known.set(manifest, made)
  return made
}

/** Of the last policy: mostly there is one at a time. */
let manifestOfPlans: Manifest | null = null
let plans: ReadPlans | null = null

/** Null: a record has all that is read, or nobody knows what is. */
export function valuesRead(
  manifest: Manifest,
  route: string,
  facts: Facts,
  caller: Caller | null,
  asked: DecisionRequest,
): ValuesRead | null {
  if (manifest !== manifestOfPlans) {
    manifestOfPlans = manifest
    plans = plansOf(manifest)
  }
  const plan = plans?.of(route, facts.identity, caller?.identity ?? null) ?? null
  return plan === null ? null : new ValuesRead({ plan, facts, caller, asked })
}

function gather(parts: readonly Part[], { facts, asked, caller }: From, redaction: Redaction | null): Gathered {
  let read = ''
  let hashed = ''
  let omitted = ''
  const omit = (part: Part, why: Omission) => {
    omitted = joined(omitted, `${part.key}"${why}"`)
  }
  for (const part of parts) {
    // Nobody has asked a body that was not read.
    if (part.at[0] === 'body' && asked.body === undefined) continue
    const value = valueIn(part, facts, asked)
    const isConsumed = part.header !== null && caller?.consumed.includes(part.header) === true
    const why = part.isPresence ? null : isConsumed || (part.isLookedInto && holdsSecret(value)) ? 'secret' : part.omitted
    if (why !== null) {
      omit(part, why)
      continue
    }
    if (value === undefined && part.header !== null && asked.headers.count(part.header) > 1) {
      omit(part, 'repeated')
      continue
    }
    if (part.isSubject && value === caller?.subject) continue
    const way = redaction?.wayOf(part.path, part.namesSubject || holds(value, caller?.subject ?? null))
    if (way === 'omit') {
      omit(part, 'redacted')
      continue
    }
    if (part.isPresence && value !== undefined) {
      omit(part, 'present')
      continue
    }
    if (way === 'hash' && value !== undefined) {
      const hash = hashText(value, part, redaction as Redaction)
      if (hash === null || hashed.length + hash.length > MOST) omit(part, 'long')
      else hashed = joined(hashed, `${part.key}${hash}`)
      continue
    }
    const text = jsonText(value, part.type, MOST_OF_ONE)
    if (text === null || read.length + text.length > MOST) omit(part, 'long')
    else read = joined(read, `${part.key}${text}`)
  }
  return { read, hashed, omitted, isRead: hashed === '' && omitted === '' }
}

/** Whether it is the subject, or has it somewhere: whatever else calls it so, who reads the one reads the other. */
function holds(value: unknown, subject: string | null): boolean {
  if (subject === null) return false
  if (typeof value !== 'object' || value === null) return value === subject
  if (value instanceof Map) return [...value].some(([key, member]) => key === subject || holds(member, subject))
  const members = Array.isArray(value) || value instanceof Set ? [...value] : Object.values(value)
  return members.some((member) => holds(member, subject))
}

/** Of a list or set a hash of each element, so that what is in it can be told as well. */
function hashText(value: unknown, { type }: Part, redaction: Redaction): string | null {
  if (typeof type === 'object' && ('list' in type || 'set' in type)) {
    const of = 'list' in type ? type.list : type.set
    const hashes: string[] = []
    for (const element of value as Iterable<unknown>) {
      const text = hashedText(element, of)
      if (text === null || hashes.length >= MOST_HASHES) return null
      hashes.push(redaction.hashOf(text))
    }
    return JSON.stringify(hashes)
  }
  const text = hashedText(value, type)
  return text === null ? null : `"${redaction.hashOf(text)}"`
}

const MOST_HASHES = 50

/** Of a text itself, as elsewhere in records; of what is none, its JSON. */
function hashedText(value: unknown, type: Part['type']): string | null {
  if (typeof value !== 'string') return jsonText(value, type, MOST_OF_ONE)
  return stringText(value, MOST_OF_ONE) === null ? null : value
}

function joined(a: string, b: string): string {
  return a === '' ? b : b === '' ? a : `${a},${b}`
}
