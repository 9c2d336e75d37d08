import { _, type Options } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import standalone from 'ajv/dist/standalone/index.js'
import { formats } from '../../runtime/abi/index.ts'
import type { Doors } from '../compiled.ts'

/**
 * `validators.js`: a function body with one parameter, `abi`, that returns the `Validators` of a bundle. Standing alone: ajv is
 * needed where a bundle is built and nowhere else. The same text for the same schemas.
 */
export function standaloneValidators({ claims, data, bodies }: Doors): string {
  const ajv = new Ajv2020(OPTIONS)
  // Room and name in one: ajv looks keys up in a plain object, which has `constructor` and its like already.
  const refs: Record<string, string> = {}
  const add = (room: string, name: string, schema: object | boolean) => {
    const key = `${room} ${name}`
    // One schema can stand in two rooms; ajv knows schemas by what they are.
    ajv.addSchema(structuredClone(schema) as object, key)
    refs[key] = key
  }
  for (const name of sortedKeys(claims)) add('claims', name, claims[name] as object)
  for (const name of sortedKeys(data)) add('data', name, data[name] as object)
  for (const name of sortedKeys(bodies)) {
    const { type, source } = bodies[name] as Doors['bodies'][string]
    add('bodies', name, type)
    if (source !== null) add('sources', name, source)
  }
  return `"use strict";
const exports = Object.create(null);
${codeOf(ajv, refs)}
${TABLES}
return Object.freeze({
  claims: table("claims", ${texts(sortedKeys(claims))}),
  data: table("data", ${texts(sortedKeys(data))}),
  bodies: table("bodies", ${texts(sortedKeys(bodies))}),
});
`
}

const OPTIONS: Options = {
  strict: true,
  allowUnionTypes: true,
  // An imported schema says `properties` without `type`, or `required` without `properties`, and means it.
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  // A claim may be named like a member of Object.prototype; one that is inherited is not there.
  ownProperties: true,
  // A long enumeration in a loop would need ajv's deep equality; written out, it needs nothing.
  loopEnum: Number.MAX_SAFE_INTEGER,
  allErrors: false,
  validateSchema: true,
  formats: { ...formats } as NonNullable<Options['formats']>,
  code: { source: true, lines: true, formats: _`abi.formats` },
}

function sortedKeys(record: object): readonly string[] {
  return Object.keys(record).sort()
}

/** JSON is JavaScript; nothing of it can end a script or a line. */
function texts(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(', ')}]`
}

function codeOf(ajv: Ajv2020, refs: Readonly<Record<string, string>>): string {
  const code = HELPERS.reduce(
    (text, [foreign, own]) => text.replaceAll(foreign, own),
    standalone.default(ajv, refs).replace(/^"use strict";\n?/, ''),
  )
  // A word of its own: a claim or an identity may have that name, behind a dot.
  const foreign = /(?<![.\w$])(?:require|import)\b/.exec(code.replace(/"(?:[^"\\]|\\.)*"/g, '""'))
  if (foreign !== null) throw new Error(`the validators do not stand alone: they ${foreign[0]} something`)
  return code
}

/** What schemas can ask for of ajv's. Text of a policy cannot look like it: in code its quotes are escaped. */
const HELPERS: readonly (readonly [foreign: string, own: string])[] = [
  ['require("ajv/dist/runtime/ucs2length").default', '(text) => [...text].length'],
  ['require("ajv/dist/runtime/equal").default', 'abi.sameJson'],
]

/** A body whose type was imported has to fit both: what the type says, and the schema. */
const TABLES = `const both = (first, second) => {
  if (second === undefined) return first;
  const validate = (json) => {
    const failed = first(json) !== true ? first : second(json) !== true ? second : null;
    validate.errors = failed === null ? null : failed.errors;
    return failed === null;
  };
  return validate;
};
const table = (room, names) => {
  const found = Object.create(null);
  for (const name of names) found[name] = room === "bodies" ? both(exports["bodies " + name], exports["sources " + name]) : exports[room + " " + name];
  return Object.freeze(found);
};`
