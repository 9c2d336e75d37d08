/** IAP3xxx: a type is wrong, or something is read that may not be there. */
import { define, didYouMean, importIt } from './define.ts'

export const unknownType = define({
  code: 'IAP3001',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` is not a type`,
  help: (p: { suggestion: string | null }) =>
    didYouMean(p.suggestion) ||
    'types are `bool`, `int`, `double`, `string`, `timestamp`, `duration`, `ip`, `cidr`, `list<T>`, `set<T>`, `map<string, T>`, records, texts such as `"a" | "b"`, and names declared by `type`',
})

export const typeArguments = define({
  code: 'IAP3003',
  severity: 'error',
  message: (p: { name: string; given: string | null }) =>
    p.given === null ? `\`${p.name}\` is no type by itself` : `\`${p.name}\` does not take ${p.given}`,
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
  message: (p: { name: string | null; limit: string }) =>
    `${p.name === null ? 'this record' : `the type \`${p.name}\``} ${p.limit}, with those that it names`,
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
  help: (p: { numbers: boolean; instead: string | null }) => {
    if (p.numbers) return '`int` and `double` never mix unseen: write a literal such as `3.0`, or convert one by `double(…)`'
    return p.instead === null ? 'both sides must be of one type' : `write ${p.instead}`
  },
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
  message: (p: { type: string }) => `\`${p.type}\` cannot be compared as a whole`,
  help: () => 'compare its fields or elements: a record, or what holds records, has no `==`',
})

export const notOrdered = define({
  code: 'IAP3010',
  severity: 'error',
  message: (p: { type: string }) => `\`${p.type}\` has no order`,
  help: () => '`<`, `<=`, `>` and `>=` take two of `bool`, `int`, `double`, `string`, `timestamp` or `duration`',
})

export const inNeedsCollection = define({
  code: 'IAP3011',
  severity: 'error',
  message: (p: { type: string }) => `\`in\` looks into a list, a set or a map, and this is \`${p.type}\``,
  help: (p: { type: string }) =>
    p.type === 'cidr' ? 'ask the range: `….containsIP(source.ip)`' : 'for a text within a text use `.contains(…)`',
})

export const arithmeticTypes = define({
  code: 'IAP3012',
  severity: 'error',
  message: (p: { operator: string; type: string }) => `\`${p.operator}\` does not take \`${p.type}\``,
  help: (p: { operator: string }) => {
    if (p.operator === '+') return '`+` takes numbers, texts, lists, times and durations'
    if (p.operator === '-') return '`-` takes numbers, times and durations'
    return p.operator === '%' ? '`%` takes two of `int`' : `\`${p.operator}\` takes two of \`int\` or two of \`double\``
  },
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
  help: (p: { name: string; isCaller: boolean; suggestion: string | null; elsewhere: string | null }) =>
    p.isCaller
      ? `ask \`caller is ${p.name}\``
      : importIt(p) ||
        didYouMean(p.suggestion) ||
        'a condition reads `caller`, `params`, `query`, `body`, `request`, `source`, `connection`, data and variables; a text is written in quotes',
})

export const unknownField = define({
  code: 'IAP3018',
  severity: 'error',
  message: (p: { name: string; owner: string }) =>
    p.owner === 'this record' ? `this record has no field \`${p.name}\`` : `\`${p.owner}\` has no field \`${p.name}\` here`,
  help: (p: { name: string; owner: string; suggestion: string | null; identity: string | null }) => {
    if (p.suggestion !== null) return didYouMean(p.suggestion)
    if (p.owner === 'params') return `the routes of this rule have no parameter \`{${p.name}}\``
    if (p.owner === 'query' || p.owner === 'body') return `declare it in the \`${p.owner}\` of a route of this rule`
    if (p.owner === 'request' && p.name === 'ip') return 'the address is `source.ip`'
    if (p.owner === 'request') return 'a condition reads `request.method`, `.host`, `.path`, `.time` and `.headers["…"]`'
    if (p.owner === 'source') return 'a condition reads `source.ip`'
    if (p.owner === 'connection') return 'a condition reads `connection.mtls`'
    if (p.owner !== 'caller') return 'declare the field in its type'
    return `declare the claim in ${p.identity === null ? 'the identity' : `\`identity ${p.identity}\``}, such as \`${p.name}: string\``
  },
})

export const noFields = define({
  code: 'IAP3019',
  severity: 'error',
  message: (p: { type: string; name: string }) => `\`${p.type}\` has no fields, so no \`${p.name}\``,
  help: (p: { type: string }) =>
    p.type.startsWith('optional')
      ? 'take what it holds by `.orValue(…)`, or go on with `.optMap(x, …)`'
      : 'only records and maps have fields',
})

export const callerMayBeAnonymous = define({
  code: 'IAP3020',
  severity: 'error',
  message: (p: { field: string; identity: string | null }) =>
    `the caller ${p.identity === null ? 'is' : 'may be'} anonymous here, who has no \`${p.field}\``,
  help: (p: { field: string; identity: string | null; guard: string; inRule: boolean }) => {
    if (p.identity === null) return 'leave it out: nothing is known of an anonymous caller'
    const guard = `guard it: \`${p.guard} … caller.${p.field} …\``
    return p.inRule ? `${guard}, or add a clause such as \`to ${p.identity}\`` : guard
  },
})

export const callersLack = define({
  code: 'IAP3021',
  severity: 'error',
  message: (p: { field: string; lacking: string }) =>
    `the caller may be ${p.lacking} here, which does not declare \`${p.field}\``,
  help: (p: { field: string; guard: string }) => `guard it: \`${p.guard} … caller.${p.field} …\``,
})

export const callersDiffer = define({
  code: 'IAP3022',
  severity: 'error',
  message: (p: { field: string; types: string }) =>
    `\`${p.field}\` is of another type for each caller that is possible here (${p.types})`,
  help: (p: { field: string; guard: string }) => `guard it: \`${p.guard} … caller.${p.field} …\``,
})

export const unguardedOptional = define({
  code: 'IAP3023',
  severity: 'error',
  message: (p: { path: string }) => `\`${p.path}\` may be missing`,
  help: (p: { path: string; guard: string | null }) =>
    p.guard !== null
      ? `guard it: \`${p.guard} … ${p.path} …\`, or read it as an optional, by \`.?\``
      : 'only a path can be guarded by `has(…)`; read it as an optional, by `.?`',
})

export const unguardedIndex = define({
  code: 'IAP3024',
  severity: 'error',
  message: () => 'the map may have no entry under this key',
  help: (p: { guard: string | null }) =>
    p.guard === null
      ? 'only an entry named by a constant or a path can be guarded; read it as an optional, by `[?…]`'
      : `guard it: \`${p.guard} …\`, or read it as an optional, by \`[?…]\``,
})

export const indexNeedsMap = define({
  code: 'IAP3025',
  severity: 'error',
  message: (p: { type: string }) => `\`${p.type}\` has no entries to be read by \`[…]\``,
  help: (p: { type: string }) =>
    p.type.startsWith('list')
      ? 'a list may be shorter: read it as an optional, by `[?0]`'
      : 'only maps and lists are indexed; a set is asked by `x in …`, a field is read by `.`',
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
  query: 'read one key of it, such as `query.page`',
  body: 'read one field of it, such as `body.amount`',
  request: 'read `request.method`, `request.host`, `request.path`, `request.time` or one header',
  source: 'read `source.ip`',
  connection: 'read `connection.mtls`',
  hierarchy: 'ask it whether one name is another or below it: `….within(a, b)`',
  'request.headers': 'read one header: `"x-tenant" in request.headers && request.headers["x-tenant"] == "a"`',
}

export const notAValue = define({
  code: 'IAP3027',
  severity: 'error',
  message: (p: { written: string }) => `\`${p.written}\` is not a value`,
  help: (p: { name: string }) => WITHIN[p.name] ?? 'read something within it',
})

export const headerName = define({
  code: 'IAP3028',
  severity: 'error',
  message: (p: { why: string }) => `this header cannot be read: ${p.why}`,
  help: (p: { isText: boolean; instead: string | null }) => {
    if (p.instead !== null) return `write \`"${p.instead}"\``
    return p.isText ? 'name another header, in lower case such as `"x-tenant"`' : 'name the header by a quoted text'
  },
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
  message: (p: { name: string }) => `the routes of this rule give \`${p.name}\` different types`,
  help: () => 'declare it alike in each route, or write a rule for each',
})

export const unknownFunction = define({
  code: 'IAP3033',
  severity: 'error',
  message: (p: { name: string; written: string | null }) =>
    p.written === null ? `there is no function \`${p.name}\`` : `\`${p.name}\` is not called like this`,
  help: (p: { name: string; written: string | null; suggestion: string | null; elsewhere: string | null }) =>
    p.written === null
      ? importIt(p) || didYouMean(p.suggestion) || 'the functions are listed in the reference, chapter built-ins'
      : `write \`${p.written}\``,
})

export const argumentCount = define({
  code: 'IAP3034',
  severity: 'error',
  message: (p: { name: string; least: number; most: number | null; given: number }) =>
    `\`${p.name}\` takes ${counts(p.least, p.most)}, and ${p.given === 0 ? 'none is' : p.given === 1 ? 'one is' : `${p.given} are`} given`,
  help: (p: { name: string; least: number; most: number | null }) => `give \`${p.name}\` ${counts(p.least, p.most)}`,
})

export const argumentType = define({
  code: 'IAP3035',
  severity: 'error',
  message: (p: { name: string; wanted: string; type: string }) =>
    `\`${p.name}\` takes \`${p.wanted}\`, and this is \`${p.type}\``,
  help: (p: { wanted: string }) => `give it \`${p.wanted}\``,
})

export const receiverType = define({
  code: 'IAP3036',
  severity: 'error',
  message: (p: { name: string; type: string }) => `\`${p.name}\` cannot be called on \`${p.type}\``,
  help: (p: { name: string; type: string; on: string }) =>
    p.name === 'contains' && /^(?:list|set)</.test(p.type)
      ? `write \`x in …\`${p.type.endsWith('<cidr>') ? ', or of ranges `….exists(range, range.containsIP(x))`' : ''}`
      : `\`${p.name}\` is called on: ${p.on}`,
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
  message: () => 'this can fail to evaluate, and a role must not be able to',
  help: () => 'say it without arithmetic and conversions, or move this into a `when` of the rules that need it',
})

export const defReadsRoute = define({
  code: 'IAP3050',
  severity: 'error',
  message: (p: { name: string }) => `a def cannot read \`${p.name}\`, which is another for each route`,
  help: () => 'give it a parameter, and read this where it is called',
})

export const rootNotDeclared = define({
  code: 'IAP3051',
  severity: 'error',
  message: (p: { name: string }) => `no route of this rule declares a \`${p.name}\``,
  help: (p: { name: string }) =>
    p.name === 'body' ? 'declare it on the route: `body T`' : 'declare it on the route: `query { page?: int }`',
})

export const bodiesDiffer = define({
  code: 'IAP3052',
  severity: 'error',
  message: () => 'the bodies of the routes of this rule have nothing in common that could be read',
  help: () => 'declare the body alike in each route, or write a rule for each',
})

export const behindOptional = define({
  code: 'IAP3053',
  severity: 'error',
  message: (p: { type: string }) => `this stands behind \`${p.type}\`, which may be empty`,
  help: (p: { instead: string }) => `read on by \`${p.instead}\`, which gives an optional again`,
})

export const nestedOptional = define({
  code: 'IAP3054',
  severity: 'error',
  message: (p: { within: string }) => `this is an optional, and ${p.within} holds none`,
  help: () => 'take what it holds by `.orValue(…)`; a field of an optional is read by `.?`',
})

export const setOfOthers = define({
  code: 'IAP3055',
  severity: 'error',
  message: (p: { range: string; type: string }) => `what is mapped over a \`${p.range}\` is a set, and none holds \`${p.type}\``,
  help: () => 'map to texts, numbers, bools, times or addresses, or begin with a list',
})

export const shadowedName = define({
  code: 'IAP3056',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` already means something here`,
  help: () => 'give the variable another name',
})

export const constantNeeded = define({
  code: 'IAP3057',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` takes a constant here`,
  help: () => 'write a quoted text',
})

export const badPattern = define({
  code: 'IAP3058',
  severity: 'error',
  message: (p: { why: string; part: string | null }) =>
    `this is no regular expression: ${p.why.replaceAll('`', "'")}${p.part === null ? '' : `, at \`${p.part.replaceAll('`', "'")}\``}`,
  help: () =>
    'write RE2 syntax, which has no look-around and no back-references; `\\\\d` in a quoted text is `\\d` of the pattern',
})

export const badConstant = define({
  code: 'IAP3059',
  severity: 'error',
  message: (p: { text: string; what: string }) => `\`${p.text.replaceAll('`', "'")}\` is not ${p.what}`,
  help: (p: { what: string; example: string }) => `write ${p.what}, such as \`${p.example}\``,
})

export const emptyIn = define({
  code: 'IAP3060',
  severity: 'error',
  message: (p: { collection: string }) => `nothing is in \`${p.collection}\`, so this can never be true`,
  help: () => 'fill it, or take the test out',
})

export const requirementPlace = define({
  code: 'IAP3061',
  severity: 'error',
  message: (p: { what: string }) => `\`${p.what}\` cannot be asked for here`,
  help: (p: { place: string }) =>
    p.place === 'rule'
      ? 'a permit asks for it by `require`, a forbid by a clause of its own: `unless mfa`'
      : 'only rules and invariants ask for it: `require` of a permit, `unless` of a forbid',
})

export const tooCostly = define({
  code: 'IAP3062',
  severity: 'error',
  message: (p: { steps: number; limit: number }) =>
    `this may take ${grouped(p.steps)} steps, and ${grouped(p.limit)} are allowed`,
  help: () => 'nest fewer comprehensions; `in` of a set or a map takes one step, of a list as many as it has elements',
})

export const valueType = define({
  code: 'IAP3063',
  severity: 'error',
  message: (p: { wanted: string; type: string }) => `\`${p.wanted}\` is expected here, and this is \`${p.type}\``,
  help: (p: { wanted: string }) =>
    p.wanted === 'string' ? 'write a text, or convert it by `string(…)`' : `write \`${p.wanted}\``,
})

export const tooDeep = define({
  code: 'IAP3064',
  severity: 'error',
  message: (p: { depth: number; limit: number }) =>
    `this nests ${p.depth} levels deep with the defs that it calls, and ${p.limit} are allowed`,
  help: () => 'let defs call fewer defs',
})

export const mapKey = define({
  code: 'IAP3065',
  severity: 'error',
  message: () => 'the keys of a map are written as quoted texts',
  help: () => 'write the key in quotes; for a key that is worked out use data',
})

export const duplicateKey = define({
  code: 'IAP3066',
  severity: 'error',
  message: (p: { key: string }) => `the key \`${p.key.replaceAll('`', "'")}\` is twice in this map`,
  help: () => 'keep one of the two',
})

export const mapValues = define({
  code: 'IAP3067',
  severity: 'error',
  message: (p: { left: string; right: string }) => `this map has \`${p.left}\` and \`${p.right}\` in it`,
  help: () => 'the values of a map are of one type',
})

export const emptyMap = define({
  code: 'IAP3068',
  severity: 'error',
  message: () => 'nothing tells the type of this empty map',
  help: () => 'compare it with something, or ask for `size(…) == 0`',
})

export const indexNotInt = define({
  code: 'IAP3069',
  severity: 'error',
  message: (p: { type: string }) => `the positions of a list are numbers, and this is \`${p.type}\``,
  help: () => 'index it by an `int`, from 0: `[?0]`',
})

export const defNotCalled = define({
  code: 'IAP3070',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` is a def, and is called`,
  help: (p: { name: string; parameters: number }) => `write \`${p.name}(${p.parameters === 0 ? '' : '…'})\``,
})

export const divisionByZero = define({
  code: 'IAP3071',
  severity: 'error',
  message: () => 'this divides by zero, which always fails',
  help: () => 'divide by another number',
})

export const duplicateParameter = define({
  code: 'IAP3072',
  severity: 'error',
  message: (p: { name: string }) => `the parameter \`${p.name}\` is declared twice`,
  help: () => 'give one of the two another name',
})

export const positionBelow = define({
  code: 'IAP3073',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` takes no negative number here, and always fails`,
  help: () => 'count from 0',
})

export const longText = define({
  code: 'IAP3074',
  severity: 'error',
  message: (p: { texts: number; limit: number }) =>
    `this may put ${grouped(p.texts)} texts together into one, and ${grouped(p.limit)} are allowed`,
  help: () => 'add up fewer; where a text is added to itself again and again, it doubles each time',
})

function counts(least: number, most: number | null): string {
  if (most === null) return least === 1 ? 'one argument or more' : `${least} arguments or more`
  if (least === most) return count(most)
  return least === 0 ? `at most ${count(most)}` : `${least} to ${most} arguments`
}

function grouped(value: number): string {
  return value < Number.MAX_SAFE_INTEGER ? String(value).replace(/\B(?=(\d{3})+$)/g, ',') : 'countless'
}

function count(arguments_: number): string {
  if (arguments_ === 0) return 'no argument'
  return arguments_ === 1 ? 'one argument' : `${arguments_} arguments`
}
