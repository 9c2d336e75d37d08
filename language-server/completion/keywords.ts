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

/** Requirements, which only `require`, the `unless` of a forbid, invariants and tests of all requests can have. */
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

/** Documentation of the keywords that do not explain themselves. */
const DOCS: Readonly<Record<string, string>> = {
  permit: 'Permits callers to use some routes, under conditions. A request that no rule permits is denied.',
  forbid: 'Denies requests to some routes, even if a permit applies.',
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
  require: 'How the caller must have authenticated: `mfa`, `acr "gold"`, `auth within 5m`.',
  limit: 'How many requests the rule permits in a period: `limit 20 per 1h by caller.sub`.',
  header: 'A header that the proxy sends to the upstream; in a test, a header of the request or of the decision.',
  because: 'The reason for the rule, which a refused caller reads.',
  mfa: 'Authentication with several factors: `mfa within 5m`.',
  acr: 'Authentication of a context class (`acr` in OpenID Connect): `acr "gold"`.',
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
