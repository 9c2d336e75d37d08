import { CliError } from './cli-error.ts'
import type { Flag } from './command.ts'
import type { Io } from './io.ts'

export const ADMIN = {
  type: 'string',
  value: 'URL',
  help: 'Admin address of the proxy (default: http://127.0.0.1:9901)',
} as const satisfies Flag

/** The token's only source: other users can read a command line. */
const TOKEN = 'IAP_ADMIN_TOKEN'

/** Paragraph on tokens for the help of each command that calls the proxy. */
export const ABOUT_TOKEN = `Set the environment variable \`${TOKEN}\` to one of the proxy's \`admin.tokens\`.`

/** In milliseconds. */
const PATIENCE = 30_000

export interface AdminReply {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

export type AdminBody = { readonly json: object } | { readonly file: Uint8Array }

/**
 * Sends a request to the proxy's admin API and returns the reply, also if the status is 409 or 422.
 *
 * @throws `CliError` if the call fails or has another error status
 */
export async function askAdmin(
  io: Io,
  url: string | undefined,
  method: string,
  path: string,
  body: AdminBody | null = null,
): Promise<AdminReply> {
  const origin = originOf(url ?? 'http://127.0.0.1:9901')
  const token = io.env[TOKEN]
  if (!token)
    throw new CliError(`the environment variable \`${TOKEN}\` is not set`, 'set it to one of `admin.tokens` of the proxy')
  let status: number
  let text: string
  try {
    const response = await fetch(`${origin}${path}`, {
      method,
      redirect: 'manual',
      headers: { authorization: `Bearer ${token}`, accept: 'application/json', ...typeOf(body) },
      ...(body !== null && { body: 'json' in body ? JSON.stringify(body.json) : body.file }),
      signal: AbortSignal.any([AbortSignal.timeout(PATIENCE), io.interruption()]),
    })
    status = response.status
    text = await response.text()
  } catch (error) {
    const { cause, message } = error as { cause?: { message?: string }; message: string }
    throw new CliError(
      `\`${origin}\` cannot be reached: ${cause?.message ?? message}`,
      'give `--admin URL`, the `admin.address` of a running proxy',
    )
  }
  const answer = bodyOf(text)
  if (answer === null)
    throw new CliError(
      `\`${origin}\` answered ${status}, which is not a reply of the admin API of this version`,
      'give the `admin.address` of a proxy of the same version',
    )
  if (status < 300 || status === 409 || status === 422) return { status, body: answer }
  throw new CliError(`\`${origin}\` answered ${status}: ${String(answer.detail ?? answer.code)}`)
}

function typeOf(body: AdminBody | null): Readonly<Record<string, string>> {
  if (body === null) return {}
  return { 'content-type': 'json' in body ? 'application/json' : 'application/octet-stream' }
}

function originOf(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new CliError(`\`${url}\` is not a URL such as \`http://127.0.0.1:9901\``)
  return new URL(url).origin
}

function bodyOf(text: string): AdminReply['body'] | null {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as AdminReply['body']) : null
  } catch {
    return null
  }
}
