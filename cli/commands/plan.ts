import { parse } from 'yaml'
import {
  type Columns,
  DIALECTS,
  type DialectName,
  type Plan,
  PlanError,
  printCel,
  readColumns,
  where,
} from '../../analysis/plan/index.ts'
import {
  type LoadedPolicy,
  type PlanQuestion,
  planJson,
  planPolicy,
  type SqlJson,
  sqlJson,
} from '../../compiler/project/index.ts'
import { parseStrictJson } from '../../request/index.ts'
import type { EvalCaller } from '../../runtime/abi/index.ts'
import { reasonOf } from '../../runtime/base/errors.ts'
import { evalRequestProblem } from '../../runtime/policy/index.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand, type FlagValues } from '../command.ts'
import { readData } from '../eval/read-data.ts'
import { needed } from '../files/api-keys.ts'
import { loadPolicy } from '../files/load-policy.ts'
import { readTextFile } from '../files/read-file.ts'
import { KEY } from '../flags.ts'
import type { Io } from '../io.ts'

const FLAGS = {
  route: { type: 'string', value: 'SERVICE.ROUTE', help: 'the route' },
  as: { type: 'string', value: 'IDENTITY', help: 'who calls; nobody who is known, where left out' },
  claims: { type: 'string', value: 'JSON', help: 'the claims of the caller, an object' },
  auth: { type: 'string', value: 'JSON', help: 'how the caller authenticated: `time`, `acr`, `amr`' },
  param: { type: 'string', multiple: true, value: 'NAME=TEXT', help: 'a parameter of the route that is known' },
  header: { type: 'string', multiple: true, value: 'NAME=TEXT', help: 'a header that is known' },
  query: { type: 'string', value: 'TEXT', help: 'the query, if it is known: all of it, as it stands behind the `?`' },
  method: { type: 'string', value: 'METHOD', help: 'the method, if it is known' },
  host: { type: 'string', value: 'HOST', help: 'the host, if it is known' },
  'source-ip': { type: 'string', value: 'ADDRESS', help: 'the address of the client, if it is known' },
  time: { type: 'string', value: 'TIME', help: 'the time of the request; now where left out' },
  data: { type: 'string', value: 'FILE', help: 'data that are known: a JSON object from names to values' },
  unknown: { type: 'string', multiple: true, value: 'DATUM', help: 'a datum that is not known, though --data has it' },
  format: {
    type: 'string',
    value: 'cel|json|sql',
    oneOf: ['cel', 'json', 'sql'],
    help: 'the condition as CEL (default), as a tree, or as SQL',
  },
  dialect: { type: 'string', value: 'postgresql|sqlite', oneOf: Object.keys(DIALECTS), help: 'whose SQL' },
  columns: { type: 'string', value: 'FILE', help: 'what is in which column (YAML or JSON), for SQL' },
  key: KEY,
} as const

type Given = FlagValues<typeof FLAGS>

export const planning = defineCommand({
  name: 'plan',
  summary: 'what has to hold for a caller to be permitted, as CEL or SQL',
  operands: 'BUNDLE|PATH…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: FLAGS,
  more: `The caller, the time and what flags give is known; all else is not, and is what the condition is about: parameters, \
data, the body, the query. With
--format sql a condition for WHERE on one line, and on the next what is bound in it, as JSON. Exits with 1 where the database \
cannot be asked.

  iap plan policies --route orders.read --as staff --claims '{"sub":"mia"}'`,
  async run(io, { flags, operands }) {
    const route = needed('plan', 'route', FLAGS.route, flags.route)
    const asked = readDialect(io, flags)
    const loaded = await loadPolicy(io, operands, flags.key, 'planned')
    if (loaded === null) return 1
    const planned = planPolicy(loaded.explained().model, loaded.policy, { route, ...readQuestion(io, loaded, flags) })
    if (!planned.ok) throw new CliError(planned.message)
    const { plan } = planned
    const sql = asked && sqlJson(where(plan, asked.dialect, asked.columns), asked.dialect)
    note(io, plan)
    write(io, plan, sql, flags.format ?? 'cel')
    return sql !== null && 'refused' in sql ? 1 : 0
  },
})

function readDialect(
  io: Io,
  { format, dialect, columns }: Given,
): { readonly dialect: DialectName; readonly columns: Columns } | null {
  if (dialect === undefined && columns === undefined && format !== 'sql') return null
  return {
    dialect: needed('plan', 'dialect', FLAGS.dialect, dialect) as DialectName,
    columns: readMapping(io, needed('plan', 'columns', FLAGS.columns, columns)),
  }
}

function readMapping(io: Io, path: string): Columns {
  const text = readTextFile(io, path)
  let value: unknown
  try {
    value = parse(text)
  } catch (error) {
    throw new CliError(`\`${path}\` cannot be read: ${reasonOf(error)}`)
  }
  const read = readColumns(value)
  if (!read.ok) throw new CliError(`\`${path}\`: ${read.message}`)
  return read.columns
}

function readQuestion(io: Io, { policy }: LoadedPolicy, flags: Given): Omit<PlanQuestion, 'route'> {
  const data = flags.data === undefined ? {} : readData(io, policy, flags.data).json
  for (const name of flags.unknown) {
    if (!policy.manifest.data.some((datum) => datum.name === name)) throw new CliError(`the policy has no data \`${name}\``)
  }
  const { method, host, query } = flags
  return {
    caller: readCaller(flags),
    time: flags.time ?? new Date().toISOString(),
    params: pairs('param', flags.param),
    headers: pairs('header', flags.header),
    data: Object.fromEntries(Object.entries(data).filter(([name]) => !flags.unknown.includes(name))),
    ...(query !== undefined && { query }),
    ...(method !== undefined && { method }),
    ...(host !== undefined && { host }),
    ...(flags['source-ip'] !== undefined && { sourceIp: flags['source-ip'] }),
  }
}

function readCaller({ as, claims, auth }: Given): EvalCaller | null {
  if (as === undefined) {
    if (claims !== undefined || auth !== undefined)
      throw new CliError('`--claims` and `--auth` are those of a caller', 'say who calls, with `--as`')
    return null
  }
  const caller = { identity: as, claims: json('claims', claims ?? '{}'), ...(auth !== undefined && { auth: json('auth', auth) }) }
  const problem = evalRequestProblem({ method: 'GET', url: '/', caller })
  if (problem !== null) throw new CliError(problem)
  return caller as EvalCaller
}

function json(flag: string, text: string): unknown {
  const parsed = parseStrictJson(text)
  if (!parsed.ok) throw new CliError(`\`--${flag}\` is no JSON: ${parsed.message}`)
  return parsed.value
}

function pairs(flag: string, given: readonly string[]): Readonly<Record<string, string>> {
  const found = new Map<string, string>()
  for (const pair of given) {
    const at = pair.indexOf('=')
    if (at <= 0) throw new CliError(`\`--${flag}\` is written \`NAME=TEXT\`, and not \`${pair}\``)
    const name = pair.slice(0, at)
    if (found.has(name)) throw new CliError(`\`--${flag} ${name}\` is given twice`)
    found.set(name, pair.slice(at + 1))
  }
  return Object.fromEntries(found)
}

/** Writes obligations and missing data, which no condition expresses. */
function note(io: Io, { obligations, data, permitted }: Plan): void {
  for (const { rule, limit, headers } of obligations) {
    const what = [...(limit ? ['a limit'] : []), ...headers.map((name) => `the header \`${name}\``)].join(', ')
    io.stderr.write(`note: ${what} of \`${rule}\` is left out\n`)
  }
  if (permitted !== false && data.length > 0)
    io.stderr.write(`note: nothing is permitted before there are data for ${data.map((name) => `\`${name}\``).join(', ')}\n`)
}

function write(io: Io, plan: Plan, sql: SqlJson | null, format: string): void {
  if (sql !== null && 'refused' in sql)
    for (const { rule, message, place } of sql.refused) {
      const at = place === null ? '' : ` (${place.file}:${place.start.line}:${place.start.column})`
      io.stderr.write(`error: the rule \`${rule}\`${at}: ${message}\n`)
    }
  try {
    if (format === 'json') io.stdout.write(`${JSON.stringify(planJson(plan, sql))}\n`)
    else if (format === 'cel') io.stdout.write(`${printCel(plan.condition)}\n`)
    else if (sql !== null && 'where' in sql) io.stdout.write(`${sql.where}\n${JSON.stringify(sql.parameters)}\n`)
  } catch (error) {
    if (error instanceof PlanError) throw new CliError(error.message)
    throw error
  }
}
