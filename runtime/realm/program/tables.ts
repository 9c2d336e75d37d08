import { tabledBy } from '../../abi/decision/table.ts'
import type { PolicyModule, Validator, Validators } from '../../abi/index.ts'
import { isCovered } from '../../abi/index.ts'

type Row = Readonly<Record<string, unknown>>

/**
 * Members of a policy module, including its functions, by route, identity and datum. Each member is read once, so that later
 * changes of the module's objects have no effect.
 */
export interface Functions {
  readonly routes: readonly Row[]
  readonly identities: readonly Row[]
  readonly data: readonly Row[]
}

/**
 * Reads the members of a policy module once. `json` of the result returns the `Tables` for the host, with true for each function;
 * `found` holds the functions. The host checks the shape (`runtime/policy/module/module-shape.ts`).
 */
export function readTables(module: unknown, validators: unknown): { readonly json: () => Row; readonly found: Functions } {
  const { abi, routes, identities, data, outcomes, ancestors } = rowOf(module)
  const found = { routes: rowsOf(routes, readRoute), identities: rowsOf(identities, readIdentity), data: rowsOf(data, readDatum) }
  return {
    json: () => ({
      abi,
      routes: Array.isArray(routes) ? found.routes.map(tellRoute) : null,
      identities: Array.isArray(identities) ? found.identities.map((row) => ({ ...row, facts: isFunction(row.facts) })) : null,
      data: Array.isArray(data) ? found.data.map((row) => ({ ...row, prepare: isFunction(row.prepare) })) : null,
      outcomes: Array.isArray(outcomes) ? rowsOf(outcomes, ({ effect, rule, reason }) => ({ effect, rule, reason })) : null,
      ancestors: ancestors ?? 0,
      validators: lackingValidator(found, validators),
    }),
    found,
  }
}

function readRoute(route: Row): Row {
  const { query, body } = route
  // Without `...` here and below, which takes ten times as long in V8 for thousands of rows.
  return {
    name: route.name,
    service: route.service,
    labels: route.labels,
    methods: route.methods,
    segments: route.segments,
    params: route.params,
    hosts: route.hosts,
    headers: route.headers,
    shadowHeaders: route.shadowHeaders ?? [],
    data: route.data,
    rpc: route.rpc,
    ownHeaders: route.ownHeaders,
    early: route.early,
    ofCaller: route.ofCaller,
    decide: route.decide,
    obligations: route.obligations,
    trace: route.trace,
    query: query === null ? null : { keys: rowOf(query).keys, read: rowOf(query).read },
    body: body === null ? null : { read: rowOf(body).read },
  }
}

function tellRoute(row: Row): Row {
  const { query, body, early, ofCaller, decide, obligations, trace } = row
  return {
    name: row.name,
    service: row.service,
    labels: row.labels,
    methods: row.methods,
    segments: row.segments,
    params: row.params,
    hosts: row.hosts,
    headers: row.headers,
    shadowHeaders: row.shadowHeaders,
    data: row.data,
    rpc: row.rpc,
    ownHeaders: row.ownHeaders,
    early: early === null ? null : isFunction(early),
    decide: isFunction(decide),
    obligations: obligations === null ? null : isFunction(obligations),
    trace: isFunction(trace),
    query: query === null ? null : { keys: rowOf(query).keys, read: isFunction(rowOf(query).read) },
    body: body === null ? null : { read: isFunction(rowOf(body).read) },
    ofCaller: ofCaller === true,
    tabled: isFunction(decide) && tabledBy(decide as object) !== undefined,
    covered: isFunction(trace) && isCovered({ trace: trace as PolicyModule['routes'][number]['trace'] }),
  }
}

function readIdentity({ name, methods, stepsUp, data, facts }: Row): Row {
  return { name, methods, stepsUp, data, facts }
}

function readDatum({ name, prepare }: Row): Row {
  return { name, prepare }
}

/**
 * Returns the validators of claims, data and bodies in the order of the policy's identities, data and routes. Only own members
 * are read, because an inherited `toString` would accept everything.
 */
export function validatorsOf({ identities, data, routes }: Functions, validators: unknown) {
  const rowValidators = (name: keyof Validators, rows: readonly Row[]) =>
    rows.map((row) => validatorOf(validators, name, row.name))
  return {
    claims: rowValidators('claims', identities),
    data: rowValidators('data', data),
    bodies: rowValidators('bodies', routes),
  }
}

function lackingValidator(found: Functions, validators: unknown): string | null {
  const known = validatorsOf(found, validators)
  const lacking = (
    what: string,
    rows: readonly Row[],
    rowValidators: readonly (Validator | undefined)[],
    asks: (row: Row) => boolean,
  ) => {
    const row = rows.find((one, at) => asks(one) && rowValidators[at] === undefined)
    return row === undefined ? null : `${what} \`${textOf(row.name)}\` has no validator`
  }
  return (
    lacking('identity', found.identities, known.claims, () => true) ??
    lacking('data', found.data, known.data, () => true) ??
    lacking('the body of', found.routes, known.bodies, ({ body }) => body !== null)
  )
}

function validatorOf(validators: unknown, rowValidators: string, name: unknown): Validator | undefined {
  const table = isObject(validators) && Object.hasOwn(validators, rowValidators) ? validators[rowValidators] : undefined
  const own = isObject(table) && typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined
  return isFunction(own) ? (own as Validator) : undefined
}

function textOf(name: unknown): string {
  return typeof name === 'string' ? name : ''
}

/** Turns holes, which `map` skips, into empty rows. Other values have no rows. */
function rowsOf(value: unknown, read: (row: Row) => Row): readonly Row[] {
  return Array.isArray(value) ? Array.from(value, (one) => read(rowOf(one))) : []
}

function rowOf(value: unknown): Row {
  return isObject(value) ? value : {}
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}
