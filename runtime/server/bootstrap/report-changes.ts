import type { Log } from '../../base/log.ts'
import type { DataEvent, PolicyStoreOptions, RolloutEvent, RolloutOptions, RolloutOutcome } from '../../policy/index.ts'
import { type ChangeRecord, dataChange, policyChange, type ShareRecord } from '../../telemetry/audit/index.ts'

export interface Listeners {
  readonly clock: () => number
  /** Called after each attempt to load a policy, with `activated`, `unchanged` or the code of the refusal. */
  readonly onLoad: (result: string) => void
  readonly onData: (name: string, result: 'taken' | 'refused') => void
  readonly onCandidateEnd: (outcome: RolloutOutcome) => void
  readonly note: (record: ChangeRecord) => void
}

type Told = Parameters<NonNullable<PolicyStoreOptions['onEvent']>>

export function reportPolicyChange(
  { event, before, asking }: { readonly event: Told[0]; readonly before: Told[1]; readonly asking: Told[2] },
  log: Log,
  { onLoad, note, clock }: Listeners,
): void {
  const by = asking === null ? {} : { by: asking.by }
  const about = { asking, now: clock() }
  const none = { origin: null, revision: null, sequence: null, before }
  switch (event.kind) {
    case 'refused': {
      const { code, message } = event
      onLoad(code)
      log.error(`a bundle was refused: ${message}`, { code, ...by })
      return void note(policyChange({ change: 'refused', ...none }, { ...about, refusal: { code, message } }))
    }
    case 'released':
      log.info('a quarantined policy was released', { revision: event.revision, ...by })
      return void note(policyChange({ change: 'released', ...none, revision: event.revision }, about))
    case 'unchanged':
      return void onLoad('unchanged')
    case 'activated': {
      const { revision, sequence, origin } = event
      onLoad('activated')
      log.info('a policy is active', { revision, sequence, origin, ...by })
      return void note(policyChange({ change: 'activated', origin, revision, sequence, before }, about))
    }
  }
}

export function reportDataChange(event: DataEvent, log: Log, { onData, note, clock }: Listeners): void {
  const { name, before, asking } = event
  const by = asking === null ? {} : { by: asking.by }
  const about = { asking, now: clock() }
  onData(name, event.kind)
  if (event.kind === 'taken') {
    const { version } = event
    log.info('new data is active', { name, version, ...by })
    return void note(dataChange({ change: 'taken', name, dataVersion: version, before }, about))
  }
  const { message } = event
  log.error(`new data was refused: ${message}`, { name, ...by })
  const refusal = { code: 'data', message }
  note(dataChange({ change: 'refused', name, dataVersion: null, before }, { ...about, refusal }))
}

type CandidateChange = Parameters<RolloutOptions['onEvent']>

/**
 * Logs a step or the end of a candidate's roll-out, and writes its audit record.
 *
 * @param before revision of the active policy
 */
export function reportCandidateEnd(
  {
    event,
    before,
    asking,
  }: { readonly event: CandidateChange[0]; readonly before: string | null; readonly asking: CandidateChange[1] },
  log: Log,
  { onCandidateEnd, note, clock }: Listeners,
): void {
  const { kind, revision, sequence, why } = event
  const by = asking === null ? {} : { by: asking.by }
  const share = shareRecord(event)
  const fields = { revision, sequence, ...(kind === 'canary' || kind === 'resumed' ? { share: shown(share) } : {}), ...by }
  const sentence = `${SENTENCES[kind]}${why === null ? '' : `: ${why.message}`}`
  if (kind === 'rolled-back' && why !== null) log.error(sentence, { code: why.code, ...fields })
  else log.info(sentence, fields)
  if (kind === 'promoted' || kind === 'rolled-back' || kind === 'ended') onCandidateEnd(kind)
  // Promotions have records of their own, and a resumed candidate has not changed.
  if (kind === 'promoted' || kind === 'resumed') return
  note(policyChange({ change: kind, origin: null, revision, sequence, before, share }, { asking, refusal: why, now: clock() }))
}

const SENTENCES: Readonly<Record<RolloutEvent['kind'], string>> = {
  shadow: 'a candidate is compared, and decides nothing',
  canary: 'a candidate decides for a share',
  resumed: 'the rollout of a candidate continues after a restart',
  promoted: 'a candidate was promoted',
  'rolled-back': 'a candidate was rolled back and quarantined',
  ended: 'the rollout of a candidate was ended',
}

function shareRecord({ share: { parts, services, whole = [] } }: RolloutEvent): ShareRecord {
  return { percent: parts / 100, services, whole }
}

/** Such as `10% of public, web; all of static`. */
function shown({ percent, services, whole }: ShareRecord): string {
  const some = `${percent}%${services === null ? '' : ` of ${services.join(', ')}`}`
  return whole.length === 0 ? some : `${some}; all of ${whole.join(', ')}`
}
