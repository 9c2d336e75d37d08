/**
 * Patterns for the whole text of statements and tests that ajv 8 emits as configured by `compiler/bundle`. A new form of ajv
 * needs a row here. Variables have typed names: `data3` is a value, `err0` an error, `props1` evaluated properties.
 */

const TEXT = String.raw`"(?:[^"\\]|\\.)*"`
const NUMBER = String.raw`-?\d[\d.]*(?:e[+-]?\d+)?`
const LITERAL = `(?:${TEXT}|${NUMBER}|true|false|null)`
const NAME = String.raw`\.[A-Za-z_$][\w$]*`
const MEMBERS = String.raw`(?:${NAME}|\[(?:${TEXT}|\d+|i\d+|key\d+)\])*`
/** Pattern of a value or its member, or of a key if names of members are checked. */
const VALUE = String.raw`(?:data\d*|key\d+)${MEMBERS}`
/** Pattern of a part of a schema. `check.ts` checks that the part exists. */
const SCHEMA = String.raw`schema\d+(?:${NAME}|\[(?:${TEXT}|\d+)\])*`
/** Pattern of a function of the same check. */
const CHECK = String.raw`(?:validate\d+|wrapper\d+\.validate)`
const KEY_IN_POINTER = String.raw`key\d+\.replace\(/~/g, "~0"\)\.replace\(/\\//g, "~1"\)`
const POINTER = String.raw`instancePath(?:\+${TEXT}(?: \+ (?:i\d+|${KEY_IN_POINTER}))?)+`
const PARAMETER = String.raw`[a-zA-Z]+: (?:${LITERAL}|${SCHEMA}|(?:key|missing|passing|ifClause|items)\d+)`
const ERROR = [
  String.raw`\{instancePath(?::${POINTER})?,schemaPath:${TEXT},keyword:${TEXT},`,
  String.raw`params:\{(?:${PARAMETER}(?:,\s+${PARAMETER})*)?\},`,
  String.raw`message:${TEXT}(?:\+(?:${TEXT}|(?:missing|ifClause|items)\d+))*(?:,propertyName:key\d+)?\}`,
].join('')
const GIVEN = [
  String.raw`\{instancePath(?::${POINTER})?,parentData(?::${VALUE})?,parentDataProperty(?::(?:${LITERAL}|i\d+|key\d+))?,`,
  String.raw`rootData,dynamicAnchors\}`,
].join('')

/** Patterns of forms, each with its purpose. */
type Shapes = readonly (readonly [pattern: string, why: string])[]

export const STATEMENTS: Shapes = [
  ['break;', 'the first error'],
  ['return (?:true|false|errors === 0);', 'whether it fits'],
  ['let vErrors = null;', 'the errors so far'],
  ['let errors = 0;', 'how many there are'],
  [String.raw`const _errs\d+ = errors;`, 'how many there were'],
  [String.raw`const err\d+ = (?:\{\}|${ERROR});`, 'an error'],
  [String.raw`(?:errors|count\d+)\+\+;`, 'a count'],
  [String.raw`errors = (?:_errs\d+|vErrors\.length);`, 'as many errors as there were, or as another function found'],
  [String.raw`vErrors\.length = _errs\d+;`, 'errors of an alternative that does not count'],
  [String.raw`vErrors = (?:null|\[err\d+\]);`, 'the first error'],
  [
    String.raw`vErrors = vErrors === null \? (?<found>${CHECK})\.errors : vErrors\.concat\(\k<found>\.errors\);`,
    'errors of another function',
  ],
  [String.raw`vErrors\.push\(err\d+\);`, 'an error more'],
  [String.raw`(?<own>validate\d+)\.errors = (?:null|vErrors|\[${ERROR}\]);`, 'what a function found'],
  [String.raw`let (?<data>data\d+) = ${VALUE};`, 'a member of a value'],
  [String.raw`const (?<length>len\d+) = (?<list>${VALUE})\.length;`, 'how long a list is'],
  [String.raw`const vSchema\d+ = ${SCHEMA};`, 'the values of an `enum`'],
  [String.raw`let count\d+ = 0;`, '`contains`'],
  [String.raw`let (?:missing|res|ifClause)\d+;`, '`required`, `multipleOf`, `if`'],
  [String.raw`ifClause\d+ = ${TEXT};`, '`if`'],
  [String.raw`let passing\d+ = null;`, '`oneOf`'],
  [String.raw`(?<passing>passing\d+) = (?:\d+|\[\k<passing>, \d+\]);`, '`oneOf`'],
  [String.raw`(?:let|var) _?valid\d+ = (?:true|false|_errs\d+ === errors|len\d+ <= (?:\d+|items\d+));`, 'whether a part fits'],
  [String.raw`(?<valid>_?valid\d+) = (?:true|false|_valid\d+|\k<valid> \|\| _valid\d+);`, 'the same'],
  [String.raw`(?<step>func\d+)\(${VALUE}\);`, 'a step, where a reference leads to'],
  [String.raw`const evaluated\d+ = (?<mine>validate\d+)\.evaluated;`, 'what is looked at: of schemas with `unevaluated…` alone'],
  [String.raw`evaluated\d+\.(?:props = (?:undefined|props\d+)|items = (?:undefined|items\d+));`, 'the same'],
  [String.raw`var props\d+ = (?:\{\}|true|(?<props>${CHECK})\.evaluated\.props);`, 'members that have been looked at'],
  [String.raw`(?<known>props\d+) = (?:true|\k<known> \|\| \{\});`, 'the same'],
  [String.raw`props\d+(?:${NAME}|\[(?:${TEXT}|key\d+)\]) = true;`, 'the same'],
  [String.raw`Object\.assign\(props\d+, props\d+\);`, 'the same'],
  [String.raw`var items\d+ = (?:\d+|true|(?<items>${CHECK})\.evaluated\.items);`, 'elements that have been looked at'],
  [String.raw`(?<some>items\d+) = (?:true|\k<some> > (?<more>\d+|items\d+) \? \k<some> : \k<more>);`, 'the same'],
  [String.raw`(?<all>items\d+) = (?<from>items\d+) === true \? true : \k<all> > \k<from> \? \k<all> : \k<from>;`, 'the same'],
]

export const TESTS: Shapes = [
  [VALUE, 'whether there is a value'],
  [`${VALUE} [!=]== (?:${LITERAL}|undefined)`, '`const`, `enum`, `required`'],
  [`${LITERAL} !== ${VALUE}`, '`const`'],
  [`typeof ${VALUE} [!=]==? ${TEXT}`, '`type`'],
  [String.raw`Array\.isArray\(${VALUE}\)`, '`type`'],
  [`${VALUE} [<>]=? ${NUMBER}`, 'bounds of numbers and lengths'],
  [`${VALUE} % ${NUMBER}`, '`integer`'],
  [String.raw`(?:isNaN|isFinite)\(${VALUE}\)`, '`integer`'],
  [String.raw`(?<quotient>res\d+) = ${VALUE}/${NUMBER}, \k<quotient> !== parseInt\(\k<quotient>\)`, '`multipleOf`'],
  [String.raw`Object\.keys\(${VALUE}\)\.length [<>] \d+`, '`minProperties`, `maxProperties`'],
  [
    String.raw`(?<has>func\d+)\.call\((?:${VALUE}, ${TEXT}|${SCHEMA}, key\d+)\)`,
    'whether a member is an own one, and whether a schema with many properties declares a member',
  ],
  [String.raw`(?<characters>func\d+)\(${VALUE}\) [<>] \d+`, '`minLength`, `maxLength`'],
  [String.raw`(?<distinct>func\d+)\(${VALUE}\)`, '`uniqueItems`'],
  [String.raw`(?<same>func\d+)\(${VALUE}, (?:${SCHEMA}|vSchema\d+\[\d+\])\)`, '`const` and `enum` of lists and objects'],
  [String.raw`(?<set>func\d+)\.has\(${VALUE}\)`, 'a long `enum`'],
  [String.raw`(?<pattern>pattern\d+)\.test\(${VALUE}\)`, '`pattern`, `patternProperties`'],
  [String.raw`(?<format>formats\d+)(?:\.validate|\.test)?\(${VALUE}\)`, '`format`'],
  [String.raw`(?<check>${CHECK})\(${VALUE}, ${GIVEN}\)`, '`$ref`'],
  [String.raw`missing\d+ = ${TEXT}`, '`required`'],
  [String.raw`_?valid\d+|_errs\d+`, 'whether a part fits, and whether there were errors before'],
  [String.raw`errors === (?:0|_errs\d+)|_errs\d+ === errors|vErrors [!=]== null|${NUMBER} === 0`, 'whether there are errors'],
  [String.raw`(?:len|count)\d+ [<>]=? (?:\d+|items\d+)`, '`contains`, `prefixItems`, `unevaluatedItems`'],
  [String.raw`props\d+(?:\[key\d+\])?|props\d+ [!=]== (?:true|undefined)`, '`unevaluatedProperties`'],
  [String.raw`items\d+ [!=]== (?:true|undefined)`, '`unevaluatedItems`'],
  [String.raw`evaluated\d+\.dynamic(?:Props|Items)`, 'the same two'],
]

export const LOOPS: Shapes = [
  [
    String.raw`for\(let (?<counter>i\d+)=(?:\d+|items\d+); \k<counter><(?<end>len\d+); \k<counter>\+\+\)`,
    'the elements of a list',
  ],
  [String.raw`for\(const (?<key>key\d+) of Object\.keys\(${VALUE}\)\)`, 'the members of an object'],
]

/** Regular expression that matches the code `Array.isArray(VALUE)`. Its only group captures the source text of the value. */
export const LIST = new RegExp(String.raw`^Array\.isArray\((${VALUE})\)$`)

function anyOf(shapes: Shapes): RegExp {
  return new RegExp(`^(?:${shapes.map(([pattern]) => pattern).join('|')})$`)
}

export const STATEMENT = anyOf(STATEMENTS)
export const TEST = anyOf(TESTS)
export const LOOP = anyOf(LOOPS)
