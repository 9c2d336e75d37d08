import { stat } from 'node:fs/promises'
import { StateError } from '../../policy/index.ts'
import { type AcceptedNote, holds } from '../../policy/store/note.ts'
import { openStateDirectory } from '../../policy/store/state-directory.ts'
import { checkBundle } from '../check-config.ts'
import { connectionAdvice } from './advice.ts'
import { startUpAdvice } from './check-start-up.ts'
import type { DoctorContext } from './context.ts'
import type { DoctorCheck, Reporter } from './diagnosis.ts'

const DAY = 86_400_000
/** Milliseconds before the end of a bundle from which it is a warning. */
const SOON = 7 * DAY

/** Returns the checks of the bundle: its source, if that is a server, its end, and its sequence. */
export function bundleChecks(context: DoctorContext): readonly DoctorCheck[] {
  const { bundle } = context.config
  if (bundle === null) return []
  const place = 'bundle.source'
  const source: DoctorCheck = { name: 'bundle-source', place, run: (report) => checkSource(context, report) }
  const expiry: DoctorCheck = { name: 'bundle-expiry', place, run: (report) => checkExpiry(context, report) }
  const state: DoctorCheck = { name: 'bundle-sequence', place: 'bundle.state', run: (report) => checkSequence(context, report) }
  // The start-up check reads a file.
  return bundle.source.kind === 'file' ? [expiry, state] : [source, expiry, state]
}

async function checkSource({ bundle, config }: DoctorContext, report: Reporter): Promise<void> {
  const loaded = await bundle
  if (loaded.kind === 'none') return report('skipped', 'the configuration has no bundle')
  const { name } = loaded
  if (loaded.kind === 'unreadable')
    return report('problem', `no bundle from \`${name}\`: ${loaded.message}`, { advice: sourceAdvice(loaded.message) })
  if (loaded.keys.length === 0) return report('skipped', 'no key can be read that verifies the bundle')
  const problems = await checkBundle(config, name, loaded.bytes, loaded.keys)
  for (const problem of problems) report('problem', problem.message, { advice: startUpAdvice('bundle', problem) })
  if (problems.length === 0)
    report('ok', `the bundle of \`${name}\` is signed by a key of \`bundle.keys\`, and fits the configuration`)
}

function sourceAdvice(message: string): string {
  if (/^`bundle\./.test(message)) return 'correct the secret: it must be one line of visible ASCII'
  if (/answers? 40[13]|challenge/.test(message))
    return 'correct `bundle.token`, or `bundle.username` and `bundle.password`: the server refuses the credentials'
  if (/does not exist/.test(message))
    return 'correct `bundle.source`, or upload the bundle: the server has nothing at this address'
  return connectionAdvice(message, { address: 'bundle.source', ca: null })
}

async function checkExpiry({ bundle, clock }: DoctorContext, report: Reporter): Promise<void> {
  const loaded = await bundle
  if (loaded.kind !== 'read' || loaded.bundle === null) return report('skipped', 'the bundle cannot be read or verified')
  const { expires } = loaded.bundle.manifest
  if (expires === undefined || expires === null) return report('ok', 'the bundle does not expire')
  const left = Date.parse(expires) - clock()
  // The check of the bundle reports one that has expired.
  if (left <= 0) report('skipped', `the bundle expired at ${expires}`)
  else if (left < SOON)
    report('warning', `the bundle expires at ${expires}`, {
      advice: 'build the bundle again with a later end (`iap build --expires`)',
    })
  else report('ok', `the bundle is valid until ${expires}`)
}

/** Compares a bundle with what the proxy has accepted before, by which it refuses downgrades and what was rolled back. */
async function checkSequence({ bundle, config }: DoctorContext, report: Reporter): Promise<void> {
  const loaded = await bundle
  if (loaded.kind !== 'read' || loaded.bundle === null) return report('skipped', 'the bundle cannot be read or verified')
  const folder = config.bundle?.state ?? null
  const found = folder === null ? null : await stat(folder).catch(() => null)
  if (folder === null || !found?.isDirectory()) return report('skipped', 'no bundle was accepted before')
  const { revision, sequence } = loaded.bundle.manifest
  let note: AcceptedNote
  try {
    note = await (await openStateDirectory(folder)).note()
  } catch (error) {
    if (!(error instanceof StateError)) throw error
    return report('problem', error.message, { advice: `correct \`${folder}\` as the message says` })
  }
  if (holds(note, revision))
    return report('problem', 'the policy of the bundle was rolled back, and is not accepted again', {
      advice: 'deploy another policy, or run `iap rollout release`',
    })
  if (sequence < note.sequence && revision !== note.revision)
    return report('problem', `the bundle has the sequence ${sequence}, and the proxy has accepted ${note.sequence} before`, {
      advice: `build the bundle again with a later sequence (\`iap build --sequence\`)`,
    })
  report('ok', `the proxy accepts the sequence ${sequence} of the bundle`)
}
