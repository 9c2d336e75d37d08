import type { Output } from '../io.ts'
import { paint } from '../style.ts'
import type { SampleRequest } from './sample-requests.ts'

export interface Announcement {
  /** Origin of the proxy: `http://127.0.0.1:8080`. */
  readonly proxy: string
  readonly admin: string | null
  readonly issuer: string
  readonly echoes: readonly string[]
  /** Requests for which `curl` commands are shown, with their callers and expected effects. */
  readonly samples: readonly SampleRequest[]
  /** Requests that a browser can make, each with a caller whom the policy permits to make it. */
  readonly pages: readonly SampleRequest[]
}

const SAYS = { permit: 'permitted', deny: 'refused', unauthenticated: 'must authenticate' } as const

/** Writes the addresses of a development session, and commands to paste into another terminal. */
export function announce(output: Output, { proxy, admin, issuer, echoes, samples, pages }: Announcement): void {
  const style = paint(output)
  const row = (name: string, value: string) => output.write(`  ${style.bold(name.padEnd(8))} ${value}\n`)
  row('proxy', proxy)
  row('issuer', `${issuer}  ${style.yellow('for development only: issues tokens to anyone')}`)
  if (admin !== null) row('admin', `${admin}/readyz?verbose`)
  if (echoes.length > 0) row('echo', `answers for ${echoes.join(', ')}`)
  if (samples.length > 0) output.write('\npaste into another terminal:\n\n')
  for (const sample of samples) {
    output.write(`  ${style.dim(`# ${sample.caller ?? 'anyone'}: ${SAYS[sample.effect]}`)}\n`)
    output.write(`  ${style.cyan(curlLine(proxy, issuer, sample))}\n`)
  }
  output.write('\n')
  if (pages.length === 0) return
  output.write('open in a browser, and choose a caller to sign in as:\n\n')
  for (const [url, callers] of byAddress(proxy, pages))
    output.write(`  ${style.cyan(url)}  ${style.dim(`# permitted: ${callers.join(', ')}`)}\n`)
  output.write('\n')
}

function byAddress(proxy: string, pages: readonly SampleRequest[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const { caller, host, path } of pages) {
    const url = new URL(path, proxy)
    url.hostname = host
    const callers = found.get(url.href) ?? []
    found.set(url.href, callers)
    if (caller !== null) callers.push(caller)
  }
  return found
}

/** Returns a `curl` command for a request. The host is in a header, as not every system resolves `*.localhost`. */
export function curlLine(proxy: string, issuer: string, { caller, host, path }: SampleRequest): string {
  const token =
    caller === null ? '' : ` -H "Authorization: Bearer $(curl -s '${issuer}/token?caller=${encodeURIComponent(caller)}&as=text')"`
  return `curl -i${token} -H ${quoted(`Host: ${host}`)} ${quoted(proxy + path)}`
}

/** Quotes for a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
