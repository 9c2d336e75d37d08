/**
 * Private words that the field's terms replace. A rule bans a word as the name of one thing in some folders; elsewhere the word
 * may mean something else.
 */
export interface WordRule {
  readonly word: string
  /** What it is called now. */
  readonly becomes: string
  /**
   * `name`: an identifier. `part`: a word of identifiers in camel case. `path`: a file or folder, or a word of its name. `text`: a word of string
   * literals, which configuration keys, record fields, flags and metrics are.
   */
  readonly kind: 'name' | 'part' | 'path' | 'text'
  /** Folders, by their beginnings; left out: everywhere. */
  readonly under?: readonly string[]
}

const PROXY = ['runtime/proxy/']
const POLICY = ['runtime/policy/', 'runtime/proxy/', 'runtime/server/', 'runtime/telemetry/', 'cli/']
const ANALYSIS = ['analysis/']

export const WORDS: readonly WordRule[] = [
  { word: 'door', becomes: 'decoder', kind: 'part' },
  { word: 'misfit', becomes: 'DecodeError', kind: 'part' },
  { word: 'door', becomes: 'decode', kind: 'path' },
  { word: 'misfit', becomes: 'decode error', kind: 'path' },
  { word: 'whitelist', becomes: 'allowlist', kind: 'path' },
  { word: 'Answer', becomes: 'OutboundResponse', kind: 'name', under: PROXY },
  { word: 'Incoming', becomes: 'InboundRequest', kind: 'name', under: PROXY },
  { word: 'Front', becomes: 'HttpServer', kind: 'name', under: PROXY },
  { word: 'Exchange', becomes: 'RequestContext', kind: 'name', under: PROXY },
  { word: 'recognise', becomes: 'authenticate', kind: 'part' },
  { word: 'carryOut', becomes: 'respond', kind: 'name', under: PROXY },
  { word: 'travel', becomes: 'forward', kind: 'name', under: PROXY },
  { word: 'Turns', becomes: 'SerialQueue', kind: 'name', under: ['runtime/'] },
  { word: 'outbox', becomes: 'write-batcher', kind: 'path' },
  { word: 'outlet', becomes: 'sink', kind: 'part' },
  { word: 'outlet', becomes: 'sink', kind: 'path' },
  { word: 'room', becomes: 'hasCapacity', kind: 'name', under: ['runtime/telemetry/audit/', 'runtime/proxy/'] },
  { word: 'own-pages', becomes: 'built-in endpoints', kind: 'path', under: PROXY },
  { word: 'Place', becomes: 'BrowserOrigin, ConfigPosition', kind: 'name', under: ['runtime/'] },
  { word: 'trial', becomes: 'candidate', kind: 'part', under: POLICY },
  { word: 'trial', becomes: 'candidate', kind: 'path', under: POLICY },
  { word: 'Tried', becomes: 'CandidateEvaluation', kind: 'name', under: PROXY },
  { word: 'OnTrial', becomes: 'RolloutCandidate', kind: 'name' },
  { word: 'inEarnest', becomes: 'decidedByCandidate', kind: 'name' },
  { word: 'goBack', becomes: 'rollback', kind: 'name' },
  { word: 'gains', becomes: 'newlyPermitted', kind: 'text', under: POLICY },
  { word: 'loses', becomes: 'newlyDenied', kind: 'text', under: POLICY },
  { word: 'whole', becomes: 'total', kind: 'name', under: ['runtime/proxy/upstreams/', 'runtime/server/config/'] },
  { word: 'held', becomes: 'quarantined', kind: 'name', under: ['runtime/policy/', 'runtime/server/'] },
  { word: 'Underway', becomes: 'ActiveRollout', kind: 'name' },
  { word: 'PASSING', becomes: 'transient', kind: 'name', under: ['runtime/policy/'] },
  { word: 'look', becomes: 'refresh', kind: 'text', under: ['cli/commands/'] },
  { word: 'Asking', becomes: 'Operator', kind: 'name', under: ['runtime/'] },
  { word: 'Deciding', becomes: 'PolicyControl', kind: 'name', under: ['runtime/policy/', 'runtime/server/'] },
  { word: 'Enforcers', becomes: 'PolicyTarget', kind: 'name' },
  { word: 'vouched', becomes: 'verified', kind: 'part', under: ['runtime/'] },
  {
    word: 'tell',
    becomes: 'report, notify, format',
    kind: 'part',
    under: ['cli/', 'runtime/telemetry/', 'language/lint/', 'runtime/server/'],
  },
  { word: 'Strain', becomes: 'OverloadReason', kind: 'name' },
  { word: 'Guard', becomes: 'OverloadManager', kind: 'name', under: ['runtime/'] },
  { word: 'Seen', becomes: 'ReplayCache', kind: 'name', under: ['runtime/identity/'] },
  { word: 'proof-memory', becomes: 'DPoP replay cache', kind: 'path' },
  { word: 'Patience', becomes: 'DrainTimeouts', kind: 'name', under: ['runtime/'] },
  { word: 'breakOff', becomes: 'abort, reset', kind: 'name' },
  { word: 'NameWatch', becomes: 'DnsResolver', kind: 'name' },
  { word: 'Stop', becomes: 'CliError', kind: 'name', under: ['cli/', 'sdk/'] },
  { word: 'Lack', becomes: 'MissingValueError', kind: 'name' },
  { word: 'askedAgain', becomes: 'RecordedRequest', kind: 'name' },
  { word: 'Borne', becomes: 'Sensitivity', kind: 'name' },
  { word: 'learn', becomes: 'discovery', kind: 'path', under: ['runtime/'] },
  { word: 'Sight', becomes: 'symbolic route', kind: 'name', under: ANALYSIS },
  { word: 'World', becomes: 'CheckContext, Environment, SymbolicDomain', kind: 'name' },
  { word: 'Gathering', becomes: 'AtomCollector', kind: 'name', under: ANALYSIS },
  { word: 'Found', becomes: 'AccessPath', kind: 'name', under: ANALYSIS },
  { word: 'Written', becomes: 'SourceText', kind: 'name', under: ANALYSIS },
  { word: 'Known', becomes: 'FlowFacts, Bindings', kind: 'name' },
  {
    word: 'settle',
    becomes: 'partially evaluate, combine',
    kind: 'name',
    under: ['analysis/plan/', 'runtime/abi/', 'compiler/'],
  },
  { word: 'put', becomes: 'substitute', kind: 'name', under: ['analysis/plan/'] },
  { word: 'itself', becomes: 'unwrap shared', kind: 'name', under: ['compiler/'] },
  { word: 'strangers', becomes: 'areIndependent', kind: 'path' },
  { word: 'Promises', becomes: 'ImpliedConstraints', kind: 'name', under: ['language/'] },
  { word: 'mends', becomes: 'quick fixes', kind: 'path' },
  { word: 'beginnings', becomes: 'synchronization tokens', kind: 'path' },
  { word: 'slips', becomes: 'common mistakes', kind: 'path' },
  { word: 'handed', becomes: 'scratch registers', kind: 'path' },
  { word: 'Diagram', becomes: 'BDD', kind: 'name', under: ANALYSIS },
  { word: 'module', becomes: 'plugin', kind: 'path', under: ['runtime/base/', 'runtime/identity/', 'runtime/telemetry/'] },
  { word: 'residue', becomes: 'residual', kind: 'part', under: ANALYSIS },
]

/** Returns the places in which a rule is broken: a path, or a path with the identifier or text. */
export function breachesOf(
  { word, kind, under }: WordRule,
  files: readonly { readonly path: string; readonly text: string }[],
): readonly string[] {
  const within = files.filter(({ path }) => under === undefined || under.some((folder) => path.startsWith(folder)))
  if (kind === 'path') {
    const asPath = new RegExp(`(^|[/-])${word}s?([/.-]|$)`)
    return within.flatMap(({ path }) => (asPath.test(path) ? [path] : []))
  }
  return within.flatMap(({ path, text }) => {
    const code = withoutComments(text)
    if (kind === 'text') return new RegExp(`(['"\`])${word}\\1`).test(code) ? [`${path} '${word}'`] : []
    const names = new Set(code.replaceAll(/(['"`])(?:\\.|(?!\1)[^\\\n])*\1/g, '').match(/\b[A-Za-z_$][\w$]*/g))
    return [...names]
      .filter((name) => (kind === 'name' ? name === word : wordsOf(name).includes(word)))
      .map((name) => `${path} ${name}`)
  })
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '')
}

/** `rejectBadToken` → `reject`, `bad`, `token` */
function wordsOf(name: string): readonly string[] {
  return (name.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? []).map((word) => word.toLowerCase())
}
