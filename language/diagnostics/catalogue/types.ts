/** IAP3xxx: a type is wrong, or something is read that may not be there. */
import { define, didYouMean } from './define.ts'

export const unknownType = define({
  code: 'IAP3001',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` is not a type`,
  help: (p: { suggestion: string | null }) =>
    didYouMean(p.suggestion) ||
    'types are `bool`, `int`, `double`, `string`, `list<T>`, `set<T>`, `map<string, T>`, records, texts such as `"a" | "b"`, and names declared by `type`',
})

export const notYetType = define({
  code: 'IAP3002',
  severity: 'error',
  message: (p: { name: string }) => `the type \`${p.name}\` is not in this version of the language`,
  help: () => 'use `string` or `int` until a version of `iap` that has it',
})

export const typeArguments = define({
  code: 'IAP3003',
  severity: 'error',
  message: (p: { name: string; given: string }) => `\`${p.name}\` does not take ${p.given}`,
  help: (p: { form: string }) => `write ${p.form}`,
})

export const recursiveType = define({
  code: 'IAP3004',
  severity: 'error',
  message: (p: { name: string }) => `the type \`${p.name}\` contains itself`,
  help: () => 'a type is finite: write out as many levels as are needed',
})

export const typeTooLarge = define({
  code: 'IAP3039',
  severity: 'error',
  message: (p: { name: string; limit: string }) => `the type \`${p.name}\` ${p.limit}, with those that it names`,
  help: () => 'declare only what conditions read: what else a record holds does no harm',
})

export const duplicateField = define({
  code: 'IAP3005',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` is declared twice here`,
  help: () => 'keep one of the two, or give one another name',
})

export const conditionNotBool = define({
  code: 'IAP3006',
  severity: 'error',
  message: (p: { type: string }) => `a \`bool\` is expected here, and this is \`${p.type}\``,
  help: () => 'compare it with something: `== …`, `in …`, `has(…)`',
})

export const mismatch = define({
  code: 'IAP3007',
  severity: 'error',
  message: (p: { operator: string; left: string; right: string }) =>
    `\`${p.operator}\` has \`${p.left}\` on one side and \`${p.right}\` on the other`,
  help: (p: { numbers: boolean }) =>
    p.numbers
      ? '`int` and `double` never mix unseen: write a literal such as `3.0`, or declare both alike'
      : 'both sides must be of one type',
})

export const neverEqual = define({
  code: 'IAP3008',
  severity: 'error',
  message: (p: { left: string; right: string; never: boolean }) =>
    `\`${p.left}\` and \`${p.right}\` have no value in common, so this ${p.never ? 'can never be' : 'is always'} true`,
  help: () => 'compare with one of the values that the type has, or widen the type',
})

export const incomparable = define({
  code: 'IAP3009',
  severity: 'error',
  message: (p: { type: string }) => `a \`${p.type}\` cannot be compared as a whole`,
  help: () => 'compare its fields or elements; `==` takes texts, numbers, bools, and lists or sets of these',
})

export const notOrdered = define({
  code: 'IAP3010',
  severity: 'error',
  message: (p: { type: string }) => `a \`${p.type}\` has no order`,
  help: () => '`<`, `<=`, `>` and `>=` take two of `int`, of `double` or of `string`',
})

export const inNeedsCollection = define({
  code: 'IAP3011',
  severity: 'error',
  message: (p: { type: string }) => `\`in\` looks into a list, a set or a map, and this is \`${p.type}\``,
  help: () => 'for a text within a text use `.contains(…)`',
})

export const arithmeticTypes = define({
  code: 'IAP3012',
  severity: 'error',
  message: (p: { operator: string; type: string }) => `\`${p.operator}\` does not take a \`${p.type}\``,
  help: () => '`+` takes numbers, texts and lists, `-` takes numbers',
})

export const mixedBranches = define({
  code: 'IAP3013',
  severity: 'error',
  message: (p: { left: string; right: string }) => `the two branches are \`${p.left}\` and \`${p.right}\``,
  help: () => 'both branches of `? :` must be of one type',
})

export const listElements = define({
  code: 'IAP3014',
  severity: 'error',
  message: (p: { left: string; right: string }) => `this list has \`${p.left}\` and \`${p.right}\` in it`,
  help: () => 'the elements of a list are of one type',
})

export const emptyList = define({
  code: 'IAP3015',
  severity: 'error',
  message: () => 'nothing tells the type of this empty list',
  help: () => 'compare it with something, as in `caller.groups == []`, or ask for `size(…) == 0`',
})

export const unknownRoot = define({
  code: 'IAP3016',
  severity: 'error',
  message: (p: { name: string; isCaller: boolean }) =>
    p.isCaller ? `\`${p.name}\` is a kind of caller, not a value` : `\`${p.name}\` is not something that a condition can read`,
  help: (p: { name: string; isCaller: boolean; suggestion: string | null }) =>
    p.isCaller
      ? `ask \`caller is ${p.name}\``
      : didYouMean(p.suggestion) || 'a condition reads `caller`, `params` and `request`; a text is written in quotes',
})

export const notYetName = define({
  code: 'IAP3017',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` is not in this version of the language`,
  help: () => 'leave it out until a version of `iap` that has it',
})

export const unknownField = define({
  code: 'IAP3018',
  severity: 'error',
  message: (p: { name: string; owner: string }) =>
    p.owner === 'this record' ? `this record has no field \`${p.name}\`` : `\`${p.owner}\` has no field \`${p.name}\` here`,
  help: (p: { name: string; owner: string; suggestion: string | null; identity: string | null }) => {
    if (p.suggestion !== null) return didYouMean(p.suggestion)
    if (p.owner === 'params') return `the routes of this rule have no parameter \`{${p.name}}\``
    if (p.owner === 'request') return 'a condition reads `request.method`, `.host`, `.path` and `.headers["…"]`'
    if (p.owner !== 'caller') return 'declare the field in its type'
    return `declare the claim in ${p.identity === null ? 'the identity' : `\`identity ${p.identity}\``}, such as \`${p.name}: string\``
  },
})

export const noFields = define({
  code: 'IAP3019',
  severity: 'error',
  message: (p: { type: string; name: string }) => `a \`${p.type}\` has no fields, so no \`${p.name}\``,
  help: () => 'an entry of a map is read by `m["key"]`, after `"key" in m`',
})

export const callerMayBeAnonymous = define({
  code: 'IAP3020',
  severity: 'error',
  message: (p: { field: string; identity: string | null }) =>
    `the caller ${p.identity === null ? 'is' : 'may be'} anonymous here, who has no \`${p.field}\``,
  help: (p: { field: string; identity: string | null }) =>
    p.identity === null
      ? 'leave it out: nothing is known of an anonymous caller'
      : `guard it: \`caller is ${p.identity} && … caller.${p.field} …\`, or add a clause such as \`to ${p.identity}\``,
})

export const callersLack = define({
  code: 'IAP3021',
  severity: 'error',
  message: (p: { field: string; lacking: string }) =>
    `the caller may be ${p.lacking} here, which does not declare \`${p.field}\``,
  help: (p: { field: string; identity: string }) => `guard it: \`caller is ${p.identity} && … caller.${p.field} …\``,
})

export const callersDiffer = define({
  code: 'IAP3022',
  severity: 'error',
  message: (p: { field: string; types: string }) =>
    `\`${p.field}\` is of another type for each caller that is possible here (${p.types})`,
  help: (p: { field: string; identity: string }) => `guard it: \`caller is ${p.identity} && … caller.${p.field} …\``,
})

export const unguardedOptional = define({
  code: 'IAP3023',
  severity: 'error',
  message: (p: { path: string }) => `\`${p.path}\` may be missing`,
  help: (p: { path: string; stable: boolean }) =>
    p.stable
      ? `guard it: \`has(${p.path}) && … ${p.path} …\``
      : 'only a path from `caller`, `params` or `request` can be guarded by `has(…)`',
})

export const unguardedIndex = define({
  code: 'IAP3024',
  severity: 'error',
  message: () => 'the map may have no entry under this key',
  help: (p: { guard: string | null }) =>
    p.guard === null ? 'only an entry named by a constant or a path can be guarded' : `guard it: \`${p.guard} && …\``,
})

export const indexNeedsMap = define({
  code: 'IAP3025',
  severity: 'error',
  message: (p: { type: string }) => `a \`${p.type}\` has no entries to be read by \`[…]\``,
  help: (p: { type: string }) =>
    p.type.startsWith('list') ? 'ask whether something is in it: `x in list`' : 'only maps are indexed in this version',
})

export const indexNotString = define({
  code: 'IAP3026',
  severity: 'error',
  message: (p: { type: string }) => `the keys of a map are texts, and this is \`${p.type}\``,
  help: () => 'index it by a text',
})

/** What to read instead. */
const WITHIN: Readonly<Record<string, string>> = {
  caller: 'read a claim of it, such as `caller.sub`, or ask who it is: `caller is …`',
  params: 'read one of the route, such as `params.id`',
  request: 'read `request.method`, `request.host`, `request.path` or one header',
  'request.headers': 'read one header: `"x-tenant" in request.headers && request.headers["x-tenant"] == "a"`',
}

export const notAValue = define({
  code: 'IAP3027',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` is not a value`,
  help: (p: { name: string }) => WITHIN[p.name] ?? 'read something within it',
})

export const headerName = define({
  code: 'IAP3028',
  severity: 'error',
  message: (p: { why: string }) => `this header cannot be read: ${p.why}`,
  help: (p: { lower: string | null }) =>
    p.lower === null ? 'name the header by a quoted text' : `name another header, in lower case such as \`"x-tenant"\``,
})

export const hasNeedsField = define({
  code: 'IAP3029',
  severity: 'error',
  message: () => '`has` asks for a field',
  help: () => 'write `has(caller.level)`; for an entry of a map `"key" in m`',
})

export const isNeedsCaller = define({
  code: 'IAP3030',
  severity: 'error',
  message: () => '`is` asks who the caller is, and this is something else',
  help: () => 'write `caller is NAME`; values are compared by `==`',
})

export const impossibleCaller = define({
  code: 'IAP3031',
  severity: 'error',
  message: (p: { name: string; callers: string }) => `the caller can only be ${p.callers} here, so never \`${p.name}\``,
  help: () => 'take the test out, or widen the `to` of the rule',
})

export const paramTypesDiffer = define({
  code: 'IAP3032',
  severity: 'error',
  message: (p: { name: string }) => `the routes of this rule give \`params.${p.name}\` different types`,
  help: () => 'declare the parameter alike in each route, or write a rule for each',
})

export const unknownFunction = define({
  code: 'IAP3033',
  severity: 'error',
  message: (p: { name: string }) => `there is no function \`${p.name}\``,
  help: (p: { name: string; method: boolean; suggestion: string | null }) =>
    p.method
      ? `it is called on a value: \`x.${p.name}(…)\``
      : didYouMean(p.suggestion) || 'the functions are listed in the reference, chapter conditions',
})

export const argumentCount = define({
  code: 'IAP3034',
  severity: 'error',
  message: (p: { name: string; wanted: number; given: number }) =>
    `\`${p.name}\` takes ${count(p.wanted)}, and ${p.given === 0 ? 'none is' : `${p.given} are`} given`,
  help: (p: { name: string; wanted: number }) => `give \`${p.name}\` ${count(p.wanted)}`,
})

export const argumentType = define({
  code: 'IAP3035',
  severity: 'error',
  message: (p: { name: string; wanted: string; type: string }) =>
    `\`${p.name}\` takes a \`${p.wanted}\`, and this is \`${p.type}\``,
  help: (p: { wanted: string }) => `give it a \`${p.wanted}\``,
})

export const receiverType = define({
  code: 'IAP3036',
  severity: 'error',
  message: (p: { name: string; type: string }) => `\`${p.name}\` cannot be called on a \`${p.type}\``,
  help: (p: { name: string; on: string }) => `\`${p.name}\` is called on: ${p.on}`,
})

export const roleReadsRequest = define({
  code: 'IAP3037',
  severity: 'error',
  message: (p: { name: string }) => `a role is worked out once per credential and cannot read \`${p.name}\``,
  help: () => 'move this into a `when` of the rules that need it',
})

export const roleMayFail = define({
  code: 'IAP3038',
  severity: 'error',
  message: () => 'this may overflow, and a role must not be able to fail',
  help: () => 'compare without arithmetic, or move this into a `when` of the rules that need it',
})

function count(arguments_: number): string {
  if (arguments_ === 0) return 'no argument'
  return arguments_ === 1 ? 'one argument' : `${arguments_} arguments`
}
