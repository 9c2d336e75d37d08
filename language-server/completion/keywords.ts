import { CompletionItemKind } from 'vscode-languageserver-types'
import type { ExpectedToken } from '../../language/index.ts'
import { type Candidate, RANK } from './candidate.ts'
import { type Completing, wordBefore } from './completing.ts'
import { DECLARATION_SNIPPETS, PART_SNIPPETS } from './snippets.ts'

/** Clauses that a rule, an invariant or a test has at most once. */
const ONCE: ReadonlySet<string> = new Set([
  ...['on', 'except', 'to', 'limit', 'because', 'permitted', 'denied', 'allow', 'expect', 'given', 'cases', 'mtls', 'only'],
])

/** Clauses that a forbid cannot have. */
const OF_PERMITS: ReadonlySet<string> = new Set(['require', 'limit', 'header'])

/** Requirements are no conditions but of a forbid's `unless` and of invariants; `require` has its own place. */
const REQUIREMENTS: ReadonlySet<string> = new Set(['mfa', 'acr', 'auth'])

/** Returns the keywords that can stand at the cursor, without the clauses that are written already. */
export function* keywordsAt(completing: Completing): Iterable<Candidate> {
  const { cursor } = completing
  const written = new Set([...cursor.before, ...cursor.after].filter(({ begins }) => begins).map(({ text }) => text))
  for (const expected of cursor.expected) {
    if (expected.kind === 'operator') yield* operators()
    if (expected.kind !== 'keyword' || isRefused(completing, expected, written)) continue
    const { word } = expected
    const snippet = (cursor.beginsDeclaration ? DECLARATION_SNIPPETS : PART_SNIPPETS)[word]
    yield {
      ...{ label: word, kind: CompletionItemKind.Keyword, rank: RANK.keyword, doc: DOCS[word] ?? '' },
      ...(snippet === undefined ? {} : { insert: `${word} `, snippet }),
    }
  }
}

/** Documentation of clauses and declarations, as far as their word does not say it. */
const DOCS: Readonly<Record<string, string>> = {
  permit: 'Says who may take some routes, and under which conditions. What no rule permits is denied.',
  forbid: 'Denies requests to some routes, whatever permits say.',
  shadow: 'A rule that is evaluated and recorded, but never decides.',
  identity: 'Callers that authenticate by some methods, with the claims that they carry.',
  role: 'Callers of some identities that meet a condition.',
  label: 'A name for routes of any service: `on label pii`.',
  data: 'Data that is pushed to the proxy, and that conditions read.',
  def: 'A named expression with parameters.',
  service: 'A service behind the proxy: its hosts and its routes.',
  invariant: 'A statement about all requests, which `iap prove` proves.',
  fixture: 'Parts of requests that tests share.',
  test: 'A request with the decision that is expected of it.',
  on: 'The routes of the rule: `orders.read`, `orders.*`, `label pii` or `*`.',
  except: 'The routes that the rule leaves out.',
  to: 'The roles and identities of the callers. `anyone` includes anonymous callers.',
  when: 'A condition that must be true.',
  unless: 'A condition that must be false. In a forbid also a requirement, such as `mfa`.',
  require: 'What the caller must have done to authenticate: `mfa`, `acr "gold"`, `auth within 5m`.',
  limit: 'How often the permit holds: `limit 20 per 1h by caller.sub`.',
  header: 'A header that the upstream is sent, or that a test has.',
  because: 'The reason of the rule: the only text that a refused person reads.',
  mfa: 'Authentication with several factors: `mfa within 5m`.',
  acr: 'Authentication of a class: `acr "gold"`.',
  auth: 'Authentication within a period: `auth within 5m`.',
}

function isRefused({ placed, cursor }: Completing, { word, productions }: ExpectedToken, written: ReadonlySet<string>): boolean {
  if (ONCE.has(word) && written.has(word)) return true
  if (OF_PERMITS.has(word) && productions.includes('clause') && written.has('forbid')) return true
  // `no-route` is one name.
  if (word === 'no' || word === 'null') return !productions.includes('jsonScalar')
  const before = wordBefore(cursor)
  if (!productions.includes('operand')) return false
  if (before === 'is') return true
  if (!REQUIREMENTS.has(word)) return false
  const kind = placed?.declaration.kind
  return before !== 'unless' && kind !== 'InvariantDeclaration' && kind !== 'PropertyDeclaration'
}

function* operators(): Iterable<Candidate> {
  for (const label of ['is', 'in']) yield { label, kind: CompletionItemKind.Operator, rank: RANK.keyword, insert: `${label} ` }
}
