/** Pieces of hostile code, by a grammar: expressions and statements that lead towards functions, prototypes and loops without end. */
import type { Random } from '../../compiler/testing/invariants/random.ts'

/** Names by which an attack leaves a module. */
export const NAMES =
  `constructor prototype __proto__ call apply bind from of get has keys push concat test name length size caller arguments valueOf toString
  toJSON then assign defineProperty getPrototypeOf setPrototypeOf __lookupGetter__ __lookupSetter__ __defineGetter__ map filter sort reduce at
  flat entries values next return raw replace sub link match exec compile evaluated errors props items judge oblige permit end headers`.split(
    /\s+/,
  )

/** Names that are found outside of a module. */
const GLOBALS =
  `process globalThis global require eval Function Object Array Reflect Proxy Symbol Math JSON Promise setTimeout WebAssembly abi arguments
  window module exports Map Set Int32Array console Buffer`.split(/\s+/)

/** What a gadget may name of the module that it is put into. */
export interface Surroundings {
  /** Expressions of the module. */
  readonly expressions: readonly string[]
  /** Names of its constants and functions. */
  readonly names: readonly string[]
  /** Members that it reads. */
  readonly members: readonly string[]
}

const HELPERS =
  `abi.member abi.record abi.list abi.optional abi.same abi.isIn abi.setOf abi.link abi.linkedCaller abi.seen abi.timestampPlus abi.string abi.replace
  abi.split abi.join abi.closed abi.map abi.textMap abi.policy abi.reading abi.regex abi.tabled abi.trunc abi.isInt abi.open abi.numberOf abi.ancestors`.split(
    /\s+/,
  )

export function expression(random: Random, around: Surroundings, depth = 2): string {
  const one = () => (depth > 0 ? expression(random, around, depth - 1) : leaf(random, around))
  const name = () => random.pick(random.chance(0.5) ? NAMES : around.members.length > 0 ? around.members : NAMES)
  const make: readonly (() => string)[] = [
    () => leaf(random, around),
    () => leaf(random, around),
    () => `${one()}.${name()}`,
    () => `${one()}['${name()}']`,
    () => `${one()}[${one()}]`,
    () => `${one()}[+${one()}]`,
    () => `${one()}.${name()}(${one()})`,
    () => `${one()}.${name()}.${name()}(${one()}, ${one()})`,
    () => `${random.pick(HELPERS)}(${one()}, ${one()})`,
    () => `${random.pick(HELPERS)}(${one()}, '${name()}')`,
    () => `${random.pick(HELPERS)}(${one()}, (value) => ${one()})`,
    () => `{ ${name()}: ${one()} }.${name()}`,
    () => `({ ${name()}: ${one()}, ${name()}: ${one()} })`,
    () => `[${one()}, ${one()}]`,
    () => `[${one()}].${name()}(${one()})`,
    () => `new Map([[${one()}, ${one()}]])`,
    () => `(${one()}, ${one()})`,
    () => `(${one()} ? ${one()} : ${one()})`,
    () => `(${one()} ?? ${one()})`,
    () =>
      `(${one()} ${random.pick(['+', '-', '*', '%', '&', '|', '<<', '>>', '===', '<', 'in', 'instanceof', '**', '==', '>>>', '^'])} ${one()})`,
    () => `${one()}?.${name()}`,
    () => `(() => ${one()})()`,
    () => `((a = ${one()}) => a)()`,
    () => `\`\${${one()}}\``,
    () => `${one()}\`\${${one()}}\``,
    () => `{ get ${name()}() { return ${one()} } }`,
    () => `({ [${one()}]: ${one()} })`,
    () => `({ ...${one()} })`,
    () => `[...${one()}]`,
    () => `typeof ${one()}`,
    () => 'new.target',
    () => 'this',
    () => `super.${name()}`,
    () => `import('node:fs')`,
    () => `(${one()} = ${one()})`,
    () => `(function () { return ${one()} })`,
    () => `(class { static ${name()} = ${one()} })`,
    () => `/a/.${name()}`,
  ]
  return random.pick(make)()
}

function leaf(random: Random, { expressions, names }: Surroundings): string {
  const make: readonly (() => string)[] = [
    () =>
      random.pick(['0', '1', "''", "'a'", 'null', 'undefined', 'NaN', '1n', '[]', '[0]', '{}', 'true', '-1', '9007199254740991']),
    () =>
      random.pick([
        'facts',
        'request',
        'caller',
        'trace',
        'data',
        'claims',
        'value',
        'json',
        'obligations',
        'roles',
        'vErrors',
        'props0',
        'validate0',
      ]),
    () => random.pick(GLOBALS),
    () => random.pick(names.length > 0 ? names : GLOBALS),
    () => random.pick(names.length > 0 ? names : GLOBALS),
    ...Array.from({ length: 4 }, () => () => random.pick(expressions.length > 0 ? expressions : GLOBALS)),
  ]
  return random.pick(make)()
}

export function statement(random: Random, around: Surroundings): string {
  const one = () => expression(random, around, 1)
  const make: readonly (() => string)[] = [
    () => `${one()};`,
    () => `value1 = ${one()};`,
    () => `const gadget = ${one()};`,
    () => `let gadget = ${one()}; gadget ??= ${one()};`,
    () => `const { ${random.pick(NAMES)}: gadget } = ${one()};`,
    () => `const [gadget = ${one()}] = ${one()};`,
    () => `const gadget = [0]; gadget[0] |= ${one()}; for (const one of gadget) gadget.push(${one()});`,
    () => `const gadget = [0]; for (const one of gadget) gadget[one - -1] = 1;`,
    () => `const gadget = []; for (const one of ${one()}) gadget.push(${one()});`,
    () => `for (const one of ${one()}) ${one()};`,
    () => `for (const one of ${one()}.keys()) if (${one()}) continue;`,
    () => `for (const one in ${one()}) ${one()};`,
    () => `for (let i = 0; i < ${random.pick(['9007199254740991', 'Infinity', 'caller.length', '1'])}; i += 1) ${one()};`,
    () => `while (${one()}) ${one()};`,
    () => `gadget: for (;;) { break gadget }`,
    () => `try { ${one()} } catch (gadget) { ${one()} }`,
    () => `throw ${one()};`,
    () => `if (${one()}) return ${one()};`,
    () => `${one()}.${random.pick(NAMES)} = ${one()};`,
    () => `${one()}[0] = ${one()};`,
    () => `delete ${one()}.${random.pick(NAMES)};`,
    () => `switch (${one()}) { case 1: ${one()} }`,
    () => `var gadget = ${one()};`,
    () => `function gadget() { return ${one()} }`,
    () => `evaluated0.props = ${one()};`,
    () => `validate0.errors = ${one()};`,
    () => `var props7 = ${one()}; props7.${random.pick(NAMES)} = ${one()};`,
    () => `const len9 = data.length; for(let i9=0; i9<len9; i9++){}`,
    () => `let data9 = data.${random.pick(NAMES)}; if(data9.${random.pick(NAMES)} === 1){return false;}`,
  ]
  return random.pick(make)()
}

/** What was found against the first version of the check, in pieces: keys that are texts, records in place of maps, members written of functions. */
export const FOUND: readonly string[] = [
  `const t$1 = [1]
const t$2 = [1]
const words$1 = { from: 1, call: 1, assign: 1 }
function with$1(fn, self, v) {
  const o = { get: t$1['constructor'].from }
  return o.get([v], fn, self)[0]
}
function protoOf$1(o) {
  return with$1(with$1(t$1['__lookupGetter__'], t$1, '__proto__'), o, 0)
}
const pwned$1 = protoOf$1(t$1)`,
  `const t$1 = [1]
function read$1(o) {
  return o.constructor
}
const made$1 = read$1(t$1)`,
  `function hang$1() {
  let n = 0
  for (let i = 0; i < 9007199254740991; i += 1) n = n + 1
  return n
}
const never$1 = hang$1()`,
  `const kept$1 = [0]
const words$2 = { replace: 1, match: 1, emit: 1, getBuiltinModule: 1, defineProperty: 1, push: 1, add: 1 }
function emitted$1(emitter, first) {
  if (emitter.getBuiltinModule !== undefined) return emitter.getBuiltinModule
  return true
}`,
]
