import { escapeControls } from '../../runtime/base/log.ts'
import { loadConfig } from '../../runtime/server/config/index.ts'
import {
  type LoadedPolicy,
  loadPolicy,
  type ReadCredential,
  type Reason,
  readCredential,
  type WhoIs,
  whoIs,
} from '../../runtime/server/whoami/index.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand, type ExitCode } from '../command.ts'
import { CONFIG, INSECURE_HTTP_ISSUER, readConfig, writeMistakes } from '../files/read-config.ts'
import { readJsonFile, readStandardInput, requireRegular } from '../files/read-file.ts'
import { FORMAT } from '../flags.ts'
import type { Io } from '../io.ts'
import { writeJson } from '../report.ts'
import { paint } from '../style.ts'
import { TIMEOUT, timeoutOf } from '../timeout.ts'

export const whoami = defineCommand({
  name: 'whoami',
  summary: 'Show which identity a token has, or why it has none',
  operands: '',
  // Refused below, in words that do not quote a token.
  takes: { least: 0, most: Number.POSITIVE_INFINITY },
  flags: {
    config: CONFIG,
    identity: { type: 'string', value: 'NAME', help: 'Try this identity only (default: all)' },
    values: { type: 'boolean', help: 'Show values of claims, too, which may be personal' },
    jwks: { type: 'string', value: 'FILE', help: 'Verify JWTs with the keys in this JWK Set instead of those of the issuer' },
    offline: { type: 'boolean', help: 'Send no request; without --jwks, no signature is verified' },
    timeout: TIMEOUT,
    format: FORMAT,
    'insecure-http-issuer': INSECURE_HTTP_ISSUER,
  },
  more: `Standard input has a token or an API key, with or without \`Bearer\` before it; a session cookie; or lines of headers
such as \`Authorization: …\` and \`Cookie: …\`. The command verifies it as the proxy does, and checks its claims by the policy of
the configured bundle. It prints neither the credential nor its signature, and values of claims only with \`--values\`.

An opaque token is sent to the issuer that the proxy would ask, and a session counts as used. Revocations are not consulted.

Exit codes: 0 if the credential has an identity, 1 if it has none, 2 if it could not be tried.

  pbpaste | iap whoami --config iap.yaml
  iap whoami --offline --jwks jwks.json < token`,
  async run(io, { flags, operands }) {
    if (operands.length > 0)
      throw new CliError(
        '`iap whoami` reads the token on standard input, not as an operand',
        'other users of the machine see operands: pass the token in a file or a pipe',
      )
    const timeout = timeoutOf(flags.timeout)
    if (io.stdin.terminal)
      throw new CliError('standard input is a terminal', 'pass the token in a file or a pipe: `iap whoami < token`')
    const file = flags.config ?? 'iap.yaml'
    const loaded = loadConfig(readConfig(io, file), file, { insecureHttpIssuer: flags['insecure-http-issuer'] })
    if (!loaded.ok) {
      writeMistakes(io, file, loaded.errors)
      return 2
    }
    const { config } = loaded
    const { identity = null, offline } = flags
    if (identity !== null && !Object.hasOwn(config.identities, identity))
      throw new CliError(
        '`--identity` is not one of `identities`',
        `expected one of ${Object.keys(config.identities).join(', ') || 'none'}`,
      )
    const keys = flags.jwks === undefined ? null : readKeySet(io, flags.jwks)
    const input = await readStandardInput(io)
    const policy = await loadPolicy(config, offline, timeout)
    const read = readCredential(input, hostOf(policy))
    if (!read.ok) throw new CliError(read.message, read.help)
    const { credential } = read
    const found = await whoIs(config, credential, {
      ...{ identity, offline, keys, timeout },
      policy: policy.policy,
      clock: io.clock,
    })
    const shown: Shown = { file, credential, policy, found, hasValues: flags.values }
    return flags.format === 'json' ? writeJsonFound(io, shown) : writeFound(io, shown)
  },
})

interface Shown {
  readonly file: string
  readonly credential: ReadCredential
  readonly policy: LoadedPolicy
  readonly found: WhoIs
  readonly hasValues: boolean
}

function readKeySet(io: Io, file: string): object {
  requireRegular(io, file)
  const { value } = readJsonFile(io, file)
  if (typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys)) return value
  throw new CliError(`\`${file}\` is not a JWK Set`, 'expected `{ "keys": [ … ] }`, as the `jwks_uri` of the issuer returns it')
}

/** Sessions are bound to a host. Patterns and other policies than web applications have none that could be used. */
function hostOf({ policy }: LoadedPolicy): string {
  const hosts = policy?.manifest.services.flatMap((service) => service.hosts) ?? []
  return hosts.find((host) => !/[*{]/.test(host)) ?? 'localhost'
}

function claimsOf({ found, credential }: Shown): Readonly<Record<string, unknown>> | null {
  return found.caller?.claims ?? credential.claims
}

function writeJsonFound(io: Io, shown: Shown): ExitCode {
  const { found, file, credential, policy, hasValues } = shown
  const { caller, reasons } = found
  const claims = claimsOf(shown)
  writeJson(io.stdout, {
    ok: caller !== null,
    file,
    credential: credential.kind,
    identity: caller?.identity ?? null,
    method: caller?.method ?? null,
    claims: claims === null ? null : Object.keys(claims).sort(),
    ...(hasValues && { values: claims }),
    policy: { checked: policy.policy !== null, problem: policy.problem },
    reasons: reasons.map((reason) => (hasValues ? reason : withoutValue(reason))),
  })
  return caller === null ? 1 : 0
}

function withoutValue({ seen: _, ...reason }: Reason): Omit<Reason, 'seen'> {
  return reason
}

function writeFound(io: Io, shown: Shown): ExitCode {
  const { found, credential, policy, hasValues } = shown
  const { caller, reasons } = found
  const style = paint(io.stdout)
  const line = (text: string) => io.stdout.write(`${text}\n`)
  if (caller !== null) line(`${style.green('✓')} ${style.bold(caller.identity)} via ${caller.method} (${credential.kind})`)
  else line(`${style.red('✗')} no identity (${credential.kind})`)
  for (const { identity, message, field, expected, seen, code, advice } of reasons) {
    line(`  ${style.bold(escapeControls(identity ?? 'all identities'))}: ${escapeControls(message)} (${code})`)
    if (field !== null && expected !== null) line(`    expected: ${escapeControls(`\`${field}\`: ${expected}`)}`)
    if (field !== null && hasValues) line(`    got: ${escapeControls(`\`${field}\`: ${seen ?? 'nothing'}`)}`)
    line(`    ${style.cyan('change')}: ${escapeControls(advice)}`)
  }
  const claims = claimsOf(shown)
  if (claims !== null) {
    const names = Object.keys(claims).sort()
    line(`  claims${caller === null ? ', not verified' : ''}:${hasValues ? '' : ` ${escapeControls(names.join(', '))}`}`)
    if (hasValues) for (const name of names) line(`    ${escapeControls(`${name}: ${JSON.stringify(claims[name])}`)}`)
  }
  if (policy.problem !== null)
    line(`  ${style.yellow('!')} the claims were not checked by a policy: ${escapeControls(policy.problem)}`)
  return caller === null ? 1 : 0
}
