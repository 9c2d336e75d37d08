import { _, type Options } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import standalone from 'ajv/dist/standalone/index.js'
import { formats, pattern } from '../../runtime/abi/index.ts'
import type { Doors } from '../compiled.ts'

/** Schemas of one kind by name. */
type Schemas = Readonly<Record<string, object | boolean>>

/**
 * `validators.js`: a function body with one parameter, `abi`, that returns the `Validators` of a bundle. Standing alone: ajv is
 * needed where a bundle is built and nowhere else. The same text for the same schemas.
 */
export function standaloneValidators({ claims, data, bodies }: Doors): string {
  const routes = Object.entries(bodies)
  const types = Object.fromEntries(routes.map(([name, { type }]) => [name, type]))
  const sources = Object.fromEntries(routes.flatMap(([name, { source }]) => (source === null ? [] : [[name, source]])))
  return `"use strict";
const own = (() => {
const exports = Object.create(null);
${codeOf({ claims, data, bodies: types }, OWN)}
return exports;
})();
const imported = (() => {
const exports = Object.create(null);
${codeOf({ bodies: sources }, IMPORTED)}
return exports;
})();
${TABLES}
return Object.freeze({
  claims: table("claims", ${namesOf(claims)}),
  data: table("data", ${namesOf(data)}),
  bodies: table("bodies", ${namesOf(bodies)}),
});
`
}

const BOTH = {
  allowUnionTypes: true,
  // A claim may be named like a member of Object.prototype; one that is inherited is not there.
  ownProperties: true,
  // A long enumeration in a loop would need ajv's deep equality; written out, it needs nothing.
  loopEnum: Number.MAX_SAFE_INTEGER,
  allErrors: false,
  validateSchema: true,
} satisfies Options

/** For the schemas that we wrote: whatever in them is not as it should be is our mistake. */
const OWN: Options = { ...BOTH, strict: true, strictRequired: false, code: { source: true, lines: true } }

/** For those that were imported: others say `properties` without `type`, and mean it. Their patterns take linear time. */
const IMPORTED: Options = {
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
}

/** JSON is JavaScript; nothing of it can end a script or a line. */
function namesOf(record: object): string {
  return `[${Object.keys(record)
    .sort()
    .map((name) => JSON.stringify(name))
    .join(', ')}]`
}

function codeOf(rooms: Readonly<Record<string, Schemas>>, options: Options): string {
  const ajv = new Ajv2020(options)
  const refs: Record<string, string> = {}
  for (const [room, schemas] of Object.entries(rooms)) {
    for (const name of Object.keys(schemas).sort()) {
      // Room and name in one: ajv looks keys up in a plain object, which has `constructor` and its like already.
      const key = `${room} ${name}`
      // ajv knows schemas by what they are, and one schema may be there twice.
      ajv.addSchema(structuredClone(schemas[name]) as object, key)
      refs[key] = key
    }
  }
  const code = HELPERS.reduce(
    (text, [foreign, ours]) => text.replaceAll(foreign, ours),
    standalone.default(ajv, refs).replace(/^"use strict";\n?/, ''),
  )
  // A word of its own: a claim or an identity may have that name, behind a dot.
  const foreign = /(?<![.\w$])(?:require|import)\b/.exec(code.replace(/"(?:[^"\\]|\\.)*"/g, '""'))
  if (foreign !== null) throw new Error(`the validators do not stand alone: they ${foreign[0]} something`)
  return code
}

/** What schemas can ask for of ajv's. Text of a policy cannot look like it: in code its quotes are escaped. */
const HELPERS: readonly (readonly [foreign: string, ours: string])[] = [
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
  for (const name of names) found[name] = both(own[room + " " + name], imported[room + " " + name]);
  return Object.freeze(found);
};`
