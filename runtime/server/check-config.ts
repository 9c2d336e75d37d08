import { parseStrictJson } from '../../request/index.ts'
import { hasExpired } from '../abi/index.ts'
import { isUnix } from '../base/address.ts'
import { renderConfigError } from '../base/config-error.ts'
import { readRegular } from '../base/files/read-regular.ts'
import { content, environment, type Problem, problemAt, StartupError } from '../base/startup-error.ts'
import { createAuthenticator } from '../identity/index.ts'
import {
  type Bundle,
  instantiate,
  lackingNeeds,
  type Policy,
  PolicyError,
  type PublicKey,
  readBundle,
  runOwnTests,
} from '../policy/index.ts'
import { LearnedFile } from '../proxy/discovery/index.ts'
import { openPages } from '../proxy/pages/open-pages.ts'
import { readAuditSecrets } from '../telemetry/audit/index.ts'
import { openAdmin } from './admin/index.ts'
import { type Clients, openClients } from './bootstrap/open-clients.ts'
import { openEvents } from './bootstrap/open-events.ts'
import { openExchanges } from './bootstrap/open-exchanges.ts'
import { openSignIn } from './bootstrap/open-sign-in.ts'
import { openTls, type Tls } from './bootstrap/open-tls.ts'
import { redisSecretProblems, sourceSecretProblems } from './bootstrap/source-secret.ts'
import { unwritable } from './check-writable.ts'
import { type Config, checkBindings } from './config/index.ts'
import { identityProblems } from './identity-problems.ts'
import { groupId, unknownGroup } from './listeners/group-id.ts'
import { readKeys, tooFewKeys } from './read-keys.ts'
import { hostsOf } from './service-hosts.ts'

const nobody = () => {}
const SILENT = { info: nobody, warn: nobody, error: nobody }

export interface CheckOptions {
  readonly unsignedBundle?: boolean
}

/** A part of the configuration that is checked by itself. */
export type ConfigPart =
  | 'paths'
  | 'unix-groups'
  | 'tls-files'
  | 'client-credentials'
  | 'identity-files'
  | 'sign-in'
  | 'token-exchange'
  | 'admin'
  | 'security-events'
  | 'audit'
  | 'learned-routes'
  | 'pages'
  | 'bundle'

export interface CheckedPart {
  readonly part: ConfigPart
  readonly problems: readonly Problem[]
}

/**
 * Returns the problems that would prevent `run` from starting, except for ports: with keys, a bundle file, TLS and page files,
 * and secrets. Opens no socket and writes nothing. Cannot detect that the bundle is older than the last active one.
 */
export async function checkConfig(config: Config, options: CheckOptions = {}): Promise<readonly Problem[]> {
  return (await checkParts(config, options)).flatMap(({ problems }) => problems)
}

/** Returns the same problems by part of the configuration, in the order of start-up, with the parts that have none. */
export async function checkParts(config: Config, options: CheckOptions = {}): Promise<readonly CheckedPart[]> {
  return [
    { part: 'paths', problems: await unwritable(config) },
    { part: 'unix-groups', problems: checkGroups(config) },
    ...(await checkFiles(config)),
    { part: 'pages', problems: (await openPages(config)).problems },
    { part: 'bundle', problems: await checkPolicy(config, options) },
  ]
}

function checkGroups({ listeners, source }: Config): readonly Problem[] {
  return listeners.flatMap(({ address }, index) => {
    if (!isUnix(address) || groupId(address.group) !== 'unknown') return []
    return [problemAt(source, ['listeners', index, 'group'], environment(unknownGroup(address)))]
  })
}

/** Also reports expired certificates, with which the proxy starts, as its clock may be wrong. */
async function checkFiles(config: Config): Promise<readonly CheckedPart[]> {
  const tls = await openTls(config, { log: SILENT, metrics: { tlsLoad: nobody, handshakeFailure: nobody }, clock: Date.now })
  const clients = openClients(config, tls, Date.now)
  const identities = clients.problems.length > 0 ? [] : await checkIdentities(config, clients, tls)
  const signIn = await checkSignIn(config, clients)
  const exchanges = openExchanges(config, { clock: Date.now, log: SILENT, fetchOf: clients.fetchOf, signIn: null }).problems
  const parts: readonly CheckedPart[] = [
    { part: 'tls-files', problems: [...tls.files.problems, ...tls.files.doubts().map(content)] },
    { part: 'client-credentials', problems: [...clients.problems, ...redisSecretProblems(config)] },
    { part: 'identity-files', problems: identities },
    { part: 'sign-in', problems: signIn },
    { part: 'admin', problems: await checkAdmin(config) },
    { part: 'security-events', problems: checkEvents(config) },
    { part: 'token-exchange', problems: exchanges },
    { part: 'audit', problems: await checkAudit(config) },
    { part: 'learned-routes', problems: checkLearn(config) },
  ]
  await Promise.all([tls.close(), clients.close()])
  return parts
}

async function checkIdentities(config: Config, { clients }: Clients, tls: Tls): Promise<readonly Problem[]> {
  const authenticator = createAuthenticator(config.identities, {
    clock: Date.now,
    log: SILENT,
    clients,
    anchorsOf: (identity) => tls.anchors(identity),
  })
  const problems = await authenticator.open()
  await authenticator.close()
  return identityProblems(config, problems)
}

/** Contacts neither Redis nor providers. */
async function checkSignIn(config: Config, clients: Clients): Promise<readonly Problem[]> {
  const offline: Config = { ...config, sessions: { ...config.sessions, store: { kind: 'memory' } } }
  const { problems, close } = await openSignIn(offline, { clock: Date.now, log: SILENT, clients })
  await close()
  return problems
}

async function checkAdmin(config: Config): Promise<readonly Problem[]> {
  if (config.admin === null) return []
  const { problems, close } = await openAdmin(config.admin, config, SILENT)
  await close()
  return problems
}

/** Keys only: only writing shows whether a file is writable. */
async function checkAudit({ audit }: Config): Promise<readonly Problem[]> {
  const problems = await Promise.all(
    audit.map((sink) =>
      readAuditSecrets(sink).then(
        () => [],
        (error: unknown) => {
          if (!(error instanceof StartupError)) throw error
          return error.problems
        },
      ),
    ),
  )
  return problems.flat()
}

/** Whether it is writable and not a foreign file. */
function checkLearn({ learn }: Config): readonly Problem[] {
  if (learn === null) return []
  try {
    new LearnedFile(learn)
    return []
  } catch (error) {
    if (!(error instanceof StartupError)) throw error
    return error.problems
  }
}

function checkEvents(config: Config): readonly Problem[] {
  const deps = { clock: Date.now, log: SILENT, monotonic: () => performance.now(), fetchOf: () => fetch, fetchTimeout: 1 }
  return openEvents(config, deps, async () => 'unavailable').problems
}

async function checkPolicy(config: Config, options: CheckOptions): Promise<readonly Problem[]> {
  if (config.bundle === null) return [content('the configuration has no `bundle`')]
  const { keys, problems } = await readKeys(config.bundle.keys)
  const { source } = config.bundle
  const few = tooFewKeys(config.bundle, keys)
  const fewProblems = few === null || options.unsignedBundle ? [] : [few]
  // Contacts no server.
  if (source.kind !== 'file') return [...problems, ...fewProblems, ...sourceSecretProblems(config)]
  const { file } = source
  let bytes: Uint8Array
  try {
    bytes = await readRegular(file)
  } catch (error) {
    return [...problems, environment(`bundle \`${file}\` cannot be read: ${(error as Error).message}`)]
  }
  if (problems.length > 0) return problems
  if (fewProblems.length > 0) return fewProblems
  return await checkBundle(config, file, bytes, options.unsignedBundle ? 'unverified' : keys)
}

/**
 * Returns the problems of a bundle under a configuration: its signatures, expiry, bindings, own tests, and the data of files.
 *
 * @param name name of the bundle's source in messages
 */
export async function checkBundle(
  config: Config,
  name: string,
  bytes: Uint8Array,
  keys: readonly PublicKey[] | 'unverified',
): Promise<readonly Problem[]> {
  const read = await readBundle(bytes, { keys, signatures: config.bundle?.signatures ?? 1 })
  return read.ok ? await checkVerified(config, read.bundle) : [content(`bundle \`${name}\` (${read.code}): ${read.message}`)]
}

async function checkVerified(config: Config, bundle: Bundle): Promise<readonly Problem[]> {
  const lacking = lackingNeeds(bundle.manifest).map((need) => `the policy needs \`${need}\`, which this runtime does not have`)
  const unbound = checkBindings(config, bundle.manifest).map(renderConfigError)
  const { expires } = bundle.manifest
  const over = hasExpired(bundle.manifest, Date.now()) ? [`the bundle expired at ${expires}`] : []
  if (lacking.length + unbound.length + over.length > 0) return [...lacking, ...unbound, ...over].map(content)
  try {
    const policy = instantiate(bundle, { hosts: hostsOf(config) })
    const failed = bundle.tests === null ? null : await runOwnTests(policy, bundle.tests)
    return [...(failed === null ? [] : [content(failed.message)]), ...(await checkData(config, policy))]
  } catch (error) {
    if (error instanceof PolicyError) return [content(`the policy of the bundle (${error.code}): ${error.message}`)]
    throw error
  }
}

/** Checks file data against the policy. */
async function checkData({ data }: Config, policy: Policy): Promise<readonly Problem[]> {
  const problems: Problem[] = []
  for (const { name } of policy.module.data) {
    const source = data[name]
    if (source?.kind !== 'file') continue
    const bytes = await readRegular(source.file).catch((error: Error) => {
      problems.push(environment(`data \`${name}\` cannot be read: ${error.message}`))
      return null
    })
    if (bytes === null) continue
    const parsed = parseStrictJson(bytes.toString())
    const prepared = parsed.ok ? policy.prepare({ [name]: parsed.value }, policy.data) : null
    if (!parsed.ok) problems.push(content(`data \`${name}\` is not valid JSON: ${parsed.message}, at offset ${parsed.offset}`))
    else if (prepared !== null && !prepared.ok) problems.push(content(prepared.message))
  }
  return problems
}
