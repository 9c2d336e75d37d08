import { _, type CodeKeywordDefinition, type KeywordCxt, type Options, stringify } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import standalone from 'ajv/dist/standalone/index.js'
import { CHARACTERS, FRAME } from '../../runtime/abi/allowlist/validators/frame.ts'
import { withoutForbiddenWords } from '../../runtime/abi/forbidden-word.ts'
import { formats, helpers, pattern } from '../../runtime/abi/index.ts'
import type { InputSchemas } from '../compiled.ts'
import { checkInRuns, withNestedDefinitions } from './bounded-nesting.ts'
import { withoutUnreached } from './without-unreached.ts'

/** Cache of compiled JSON Schema validators by schema, for a session that compiles repeatedly. */
export type CompiledSchemas = Map<string, string>

/**
 * Returns `validators.js`: a function body with the parameter `abi` that returns a bundle's `Validators`. The code is
 * self-contained, as only the build has ajv. Equal schemas give equal text and share one validator.
 */
export function standaloneValidators({ claims, data, bodies }: InputSchemas, known: CompiledSchemas = new Map()): string {
  const checks = new Checks(known)
  const own = (schema: object) => checks.of(schema, OWN)
  const tables = [
    tableOf('claims', claims, own),
    tableOf('data', data, own),
    tableOf('bodies', bodies, ({ type, source }) =>
      source === null ? own(type) : `both(${own(type)}, ${checks.of(counting(withoutUnreached(source)), IMPORTED)})`,
    ),
  ]
  return inTexts(`"use strict";
${checks.declarations.join('')}${FRAME}
return Object.freeze({
${tables.join('')}});
`)
}

/** Escapes non-ASCII characters, so that a schema's text cannot look like code, or like a word that a realm refuses. */
function inTexts(code: string): string {
  const ascii = code.replace(/[^\n\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return withoutForbiddenWords(ascii)
}

/** Writes a line per name. Keys are computed because of `__proto__`; JSON is JavaScript, and ends neither script nor line. */
function tableOf<T>(room: string, record: Readonly<Record<string, T>>, check: (value: T) => string): string {
  const names = Object.keys(record).sort()
  const lines = names.map((name) => `    [${JSON.stringify(name)}]: ${check(record[name] as T)},\n`)
  return `  ${room}: table({\n${lines.join('')}  }),\n`
}

/** How schemas of one origin are compiled. */
interface Origin {
  readonly name: string
  readonly options: Options
  prepare(ajv: Ajv, schema: object | boolean): void
}

type Ajv = InstanceType<typeof Ajv2020>

/** The declarations of validators, one per schema. */
class Checks {
  readonly declarations: string[] = []
  readonly #names = new Map<string, string>()
  /** By object, as many routes share one and serializing it as a key is costly. */
  readonly #byObject = new Map<Origin, Map<object, string>>()
  readonly #known: CompiledSchemas

  constructor(known: CompiledSchemas) {
    this.#known = known
  }

  /** Returns the name of a schema's validator. */
  of(schema: object | boolean, origin: Origin): string {
    if (typeof schema === 'boolean') return this.#nameOf(schema, origin)
    const ofOrigin = this.#byObject.get(origin) ?? new Map<object, string>()
    this.#byObject.set(origin, ofOrigin)
    const name = ofOrigin.get(schema) ?? this.#nameOf(schema, origin)
    ofOrigin.set(schema, name)
    return name
  }

  #nameOf(schema: object | boolean, origin: Origin): string {
    const key = `${origin.name} ${JSON.stringify(schema)}`
    const before = this.#names.get(key)
    if (before !== undefined) return before
    const name = `check${this.#names.size + 1}`
    this.#names.set(key, name)
    const code = this.#known.get(key) ?? codeOf(schema, origin)
    this.#known.set(key, code)
    this.declarations.push(`const ${name} = (() => {\nconst exports = {};\n${code}\nreturn exports.check;\n})();\n`)
    return name
  }
}

const BOTH = {
  allowUnionTypes: true,
  // A claim may be named like a member of Object.prototype; inherited members do not count.
  ownProperties: true,
  // A long enumeration in a loop would need ajv's deep equality; unrolled it needs nothing.
  loopEnum: Number.MAX_SAFE_INTEGER,
  // Bundles may not contain a loop over names.
  loopRequired: Number.MAX_SAFE_INTEGER,
  allErrors: false,
  validateSchema: true,
} satisfies Options

/** For our own schemas: any problem in them is our bug. */
const OWN: Origin = {
  name: 'own',
  options: { ...BOTH, strict: true, strictRequired: false, code: { source: true, lines: true } },
  prepare(ajv) {
    // None of our schemas uses it.
    ajv.opts.unevaluated = false
    changeEnum(ajv)
    checkInRuns(ajv)
  },
}

/** For imported schemas: they may have `properties` without `type`, on purpose. Their patterns run in linear time. */
const IMPORTED: Origin = {
  name: 'imported',
  options: {
    ...BOTH,
    strict: false,
    strictSchema: true,
    formats: { ...formats } as NonNullable<Options['formats']>,
    code: {
      source: true,
      lines: true,
      formats: _`abi.formats`,
      regExp: Object.assign((source: string) => pattern(source), { code: 'abi.pattern' }),
    },
  },
  prepare(ajv, schema) {
    ajv.opts.unevaluated = JSON.stringify(schema).includes('"unevaluated')
    changeEnum(ajv)
    changeContains(ajv)
    changeKeywords(ajv)
    checkInRuns(ajv)
  },
}

/** One per origin, as compiling the meta-schema takes longer than most schemas. */
const judges = new Map<Origin, Ajv>()

function judgeOf(origin: Origin): Ajv {
  const known = judges.get(origin)
  if (known !== undefined) return known
  const ajv = new Ajv2020(origin.options)
  origin.prepare(ajv, true)
  judges.set(origin, ajv)
  return ajv
}

/** Uses a new ajv for each schema: one instance revisits all shared parts for each further schema. */
function codeOf(given: object | boolean, origin: Origin): string {
  judgeOf(origin).validateSchema(given, true)
  const schema = typeof given === 'object' ? withNestedDefinitions(given as Readonly<Record<string, unknown>>) : given
  // Inlining what was moved would nest it again.
  const ajv = new Ajv2020({ ...origin.options, meta: false, validateSchema: false, inlineRefs: schema === given })
  origin.prepare(ajv, schema)
  ajv.addSchema(schema, 'check')
  const code = HELPERS.reduce(
    (text, [foreign, ours]) => text.replaceAll(foreign, ours),
    standalone.default(ajv, { check: 'check' }).replace(/^"use strict";\n?/, ''),
  )
  // A separate word, as a claim or an identity may have that name after a dot.
  const foreign = /(?<![.\w$])(?:require|import)\b/.exec(code.replace(/"(?:[^"\\]|\\.)*"/g, '""'))
  if (foreign !== null) throw new Error(`the validators do not stand alone: they ${foreign[0]} something`)
  return code
}

const STEP = 'iap-step'

/** Counts a step at each target of a reference: only references can make validation super-linear. */
function counting(schema: object | boolean): object | boolean {
  if (typeof schema !== 'object' || !JSON.stringify(schema).includes('"$ref"')) return schema
  const count = (one: unknown) => (typeof one === 'object' ? { ...one, [STEP]: true } : one)
  const counted = { ...schema, [STEP]: true }
  return '$defs' in schema ? { ...counted, $defs: mapped(schema.$defs as Readonly<Record<string, unknown>>, count) } : counted
}

function mapped<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
}

/** The maximum number of values that are compared one by one. */
const SHORT = 100

/** ajv emits one comparison per value, and overflows the stack at some ten thousand. */
function changeEnum(ajv: InstanceType<typeof Ajv2020>): void {
  const theirs = ajv.getKeyword('enum') as CodeKeywordDefinition
  ajv.removeKeyword('enum')
  ajv.addKeyword({
    ...theirs,
    code(cxt: KeywordCxt) {
      const values = cxt.schema as readonly unknown[]
      const isScalar = (value: unknown) => value === null || typeof value !== 'object'
      if (values.length <= SHORT || !values.every(isScalar)) return theirs.code(cxt)
      const set = cxt.gen.scopeValue('func', { ref: values, code: _`new Set(${stringify(values)})` })
      cxt.pass(_`${set}.has(${cxt.data})`)
    },
  })
}

/** ajv throws for a `contains` that nothing or everything fits, though both are valid. */
function changeContains(ajv: InstanceType<typeof Ajv2020>): void {
  const theirs = ajv.getKeyword('contains') as CodeKeywordDefinition
  ajv.removeKeyword('contains')
  ajv.addKeyword({
    ...theirs,
    code(cxt: KeywordCxt) {
      const { minContains = 1, maxContains } = cxt.parentSchema as {
        readonly minContains?: number
        readonly maxContains?: number
      }
      if (maxContains === undefined && minContains === 0) return
      cxt.setParams({ min: minContains, max: maxContains })
      if (maxContains !== undefined && minContains > maxContains) cxt.fail()
      else theirs.code(cxt)
    },
  })
}

/** ajv compares all pairs of elements, and loops forever on some schemas. */
function changeKeywords(ajv: InstanceType<typeof Ajv2020>): void {
  ajv.removeKeyword('uniqueItems')
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must NOT have duplicate items' },
    code(cxt: KeywordCxt) {
      if (cxt.schema !== true) return
      const distinct = cxt.gen.scopeValue('func', { ref: helpers.distinctJson, code: _`abi.distinctJson` })
      cxt.fail(_`!${distinct}(${cxt.data})`)
    },
  })
  ajv.addKeyword({
    keyword: STEP,
    before: '$ref',
    code({ gen, data }: KeywordCxt) {
      gen.code(_`${gen.scopeValue('func', { ref: helpers.takeStep, code: _`abi.takeStep` })}(${data})`)
    },
  })
}

/** The ajv helpers that schemas can need. A policy's text cannot imitate one, as its quotes are escaped in code. */
const HELPERS: readonly (readonly [foreign: string, ours: string])[] = [
  ['require("ajv/dist/runtime/ucs2length").default', CHARACTERS],
  ['require("ajv/dist/runtime/equal").default', 'abi.sameJson'],
]
