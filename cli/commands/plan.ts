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
import { type EvalCaller, evalRequestProblem } from '../../runtime/abi/index.ts'
import { reasonOf } from '../../runtime/base/errors.ts'
import { nestsTooDeep } from '../../runtime/base/read-yaml.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand, type FlagValues } from '../command.ts'
import { readData } from '../eval/read-data.ts'
import { needed } from '../files/api-keys.ts'
import { loadPolicy } from '../files/load-policy.ts'
import { readTextFile } from '../files/read-file.ts'
import { KEY } from '../flags.ts'
import type { Io } from '../io.ts'

const FLAGS = {
  route: { type: 'string', value: 'SERVICE.ROUTE', help: 'Route to plan for (required)' },
  as: { type: 'string', value: 'IDENTITY', help: 'Caller of this `identity` of the policy (default: an anonymous caller)' },
  claims: { type: 'string', value: 'JSON', help: 'Claims of the caller, as a JSON object' },
  auth: { type: 'string', value: 'JSON', help: 'Authentication of the caller, as a JSON object of `time`, `acr`, `amr`' },
  param: { type: 'string', multiple: true, value: 'NAME=TEXT', help: 'Parameter of the route, if known: its name and text' },
  header: { type: 'string', multiple: true, value: 'NAME=TEXT', help: 'Header of the request, if known: its name and text' },
  query: { type: 'string', value: 'TEXT', help: 'Query of the request, if known: the complete text after `?`' },
  method: { type: 'string', value: 'METHOD', help: 'Method of the request, if known' },
  host: { type: 'string', value: 'HOST', help: 'Host of the request, if known' },
  'source-ip': { type: 'string', value: 'ADDRESS', help: 'IP address of the client, if known' },
  time: { type: 'string', value: 'TIME', help: 'Time of the request (default: now)' },
  data: { type: 'string', value: 'FILE', help: 'Read the data that are known from FILE: a JSON object of values by name' },
  unknown: { type: 'string', multiple: true, value: 'DATUM', help: 'Treat this datum as unknown, although --data has it' },
  format: {
    type: 'string',
    value: 'cel|json|sql',
    oneOf: ['cel', 'json', 'sql'],
    help: 'Write the condition as CEL, as a JSON tree, or as SQL (default: cel)',
  },
  dialect: { type: 'string', value: 'postgresql|sqlite', oneOf: Object.keys(DIALECTS), help: 'SQL dialect; required for SQL' },
  columns: { type: 'string', value: 'FILE', help: 'YAML or JSON file that assigns values to columns; required for SQL' },
  key: KEY,
} as const

type Given = FlagValues<typeof FLAGS>

export const planning = defineCommand({
  name: 'plan',
  summary: 'Print the condition under which a caller is permitted, as CEL or SQL',
  operands: 'BUNDLE|PATH…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: FLAGS,
  more: `The caller, the time and what flags give are known. Everything else is unknown, and stays in the condition:
parameters, data, the body, the query. With --format sql the first line is a condition for WHERE, and the second line its
parameters as JSON.

Exit code 1: the condition cannot be written as SQL.

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
  if (nestsTooDeep(text)) throw new CliError(`\`${path}\` cannot be read: lists and objects nest more than 500 deep`)
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
    if (!policy.manifest.data.some((datum) => datum.name === name))
      throw new CliError(`the policy has no datum \`${name}\``, 'name data that the policy declares with `data`')
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
      throw new CliError('`--claims` and `--auth` need `--as`', 'give the identity of the caller with `--as`')
    return null
  }
  const caller = { identity: as, claims: json('claims', claims ?? '{}'), ...(auth !== undefined && { auth: json('auth', auth) }) }
  const problem = evalRequestProblem({ method: 'GET', url: '/', caller })
  if (problem !== null) throw new CliError(problem)
  return caller as EvalCaller
}

function json(flag: string, text: string): unknown {
  const parsed = parseStrictJson(text)
  if (!parsed.ok) throw new CliError(`\`--${flag}\` is not valid JSON: ${parsed.message}`)
  return parsed.value
}

function pairs(flag: string, given: readonly string[]): Readonly<Record<string, string>> {
  const found = new Map<string, string>()
  for (const pair of given) {
    const at = pair.indexOf('=')
    if (at <= 0) throw new CliError(`\`--${flag}\` must have the form \`NAME=TEXT\`, got \`${pair}\``)
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
    io.stderr.write(`note: ${what} of \`${rule}\` is not part of the condition\n`)
  }
  if (permitted !== false && data.length > 0)
    io.stderr.write(`note: nothing is permitted until there is data for ${data.map((name) => `\`${name}\``).join(', ')}\n`)
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
