import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

/** 256 bits, as `openssl rand -base64 32` gives them. */
export const ADMIN_TOKEN = 'Zm9yIHRlc3RzIG9ubHksIGFuZCBub3QgYSBzZWNyZXQhIQ=='

/** YAML of `admin`: the token stands in a file. */
export const adminYaml = 'tokens: [{ file: ./admin-token }]'
export const adminFiles = { 'admin-token': `${ADMIN_TOKEN}\n` }

export interface AdminAnswered {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: whatever a test expects of it.
  readonly body: any
}

/** An operator with the token. */
export async function callAdmin(
  origin: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<AdminAnswered> {
  const response = await fetch(`${origin}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${ADMIN_TOKEN}`,
      connection: 'close',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text.startsWith('{') ? JSON.parse(text) : text }
}

export async function revoke(origin: string, body: object): Promise<AdminAnswered> {
  const answer = await callAdmin(origin, 'POST', '/v1/revocations', body)
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

interface Operation {
  readonly responses: Readonly<Record<string, object>>
}

export const openapi = JSON.parse(readFileSync('runtime/server/admin/openapi.json', 'utf8')) as Document

const ajv = formats.default(new Ajv2020({ strict: false }))
ajv.addSchema(openapi, 'openapi')

/** Kept, as a test that waits for a state of a rollout asks for the same schema time after time. */
const validators = new Map<string, ValidateFunction>()

/** Why an answer is not what the document says of it; null: it is. */
export function misfit(method: string, path: string, { status, headers, body }: AdminAnswered): string | null {
  const escaped = path.replaceAll('~', '~0').replaceAll('/', '~1')
  const operation = openapi.paths[path]?.[method.toLowerCase()]
  const response = operation?.responses[String(status)] as { $ref?: string; content?: Record<string, unknown> } | undefined
  if (response === undefined) return `${method} ${path} has no answer ${status}`
  const [pointer, content] =
    response.$ref === undefined
      ? [`#/paths/${escaped}/${method.toLowerCase()}/responses/${status}`, response.content]
      : [response.$ref, { 'application/problem+json': {} }]
  if (content === undefined) return body === '' ? null : 'there is a body, and none was told of'
  const type = headers.get('content-type') ?? ''
  if (!Object.hasOwn(content, type)) return `the type ${type} was not told of`
  const $ref = `openapi${pointer}/content/${type.replaceAll('/', '~1').replaceAll('+', '%2B')}/schema`
  const validate = validators.get($ref) ?? ajv.compile({ $ref })
  validators.set($ref, validate)
  return validate(body) ? null : ajv.errorsText(validate.errors)
}
