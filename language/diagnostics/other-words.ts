/** Names of types, functions and callers in other languages, and their equivalents here. */

const types: ReadonlyMap<string, string> = new Map([
  ...['str', 'text', 'varchar', 'uuid', 'url', 'email'].map((word) => [word, 'string'] as const),
  ...['integer', 'long', 'number', 'int32', 'int64', 'uint'].map((word) => [word, 'int'] as const),
  ...['float', 'decimal', 'real'].map((word) => [word, 'double'] as const),
  ['boolean', 'bool'],
  ...['datetime', 'date', 'time', 'instant'].map((word) => [word, 'timestamp'] as const),
  ...['array', 'vector'].map((word) => [word, 'list'] as const),
  ...['dict', 'object', 'hash'].map((word) => [word, 'map'] as const),
  ...['ipaddress', 'ipaddr', 'inet'].map((word) => [word, 'ip'] as const),
  ...['network', 'subnet', 'iprange'].map((word) => [word, 'cidr'] as const),
])

const functions: ReadonlyMap<string, string> = new Map([
  ['not', '!'],
  ['now', 'request.time'],
  ...['length', 'len', 'count'].map((word) => [word, 'size'] as const),
  ...['lower', 'tolower', 'tolowercase', 'lowercase', 'downcase'].map((word) => [word, 'lowerAscii'] as const),
  ...['upper', 'toupper', 'touppercase', 'uppercase', 'upcase'].map((word) => [word, 'upperAscii'] as const),
  ['includes', 'contains'],
  ...['startswith', 'starts_with', 'hasprefix'].map((word) => [word, 'startsWith'] as const),
  ...['endswith', 'ends_with', 'hassuffix'].map((word) => [word, 'endsWith'] as const),
  ...['containsany', 'hasintersection', 'intersects', 'intersect'].map((word) => [word, 'intersects'] as const),
  ...['like', 'regex', 'regexmatch', 'test', 'glob'].map((word) => [word, 'matches'] as const),
  ...['any', 'some'].map((word) => [word, 'exists'] as const),
  ...['every', 'foreach'].map((word) => [word, 'all'] as const),
  ...['incidr', 'insubnet', 'iprange', 'inrange', 'isinrange', 'inipaddrrange'].map((word) => [word, 'containsIP'] as const),
  ...['year', 'getyear'].map((word) => [word, 'getFullYear'] as const),
  ['month', 'getMonth'],
  ['day', 'getDate'],
  ...['weekday', 'dayofweek', 'getday'].map((word) => [word, 'getDayOfWeek'] as const),
  ...['hour', 'gethour'].map((word) => [word, 'getHours'] as const),
  ...['minute', 'getminute'].map((word) => [word, 'getMinutes'] as const),
  ...['max', 'maximum'].map((word) => [word, 'math.greatest'] as const),
  ...['min', 'minimum'].map((word) => [word, 'math.least'] as const),
  ...['getordefault', 'unwrap_or', 'default'].map((word) => [word, 'orValue'] as const),
])

const callers: ReadonlyMap<string, string> = new Map([
  ...['everyone', 'everybody', 'all', 'any', 'public', 'world', 'accept'].map((word) => [word, 'anyone'] as const),
  ...['guest', 'guests', 'unauthenticated', 'nobody'].map((word) => [word, 'anonymous'] as const),
  ...['known', 'loggedin', 'logged_in', 'signed_in', 'authenticated_user', 'any_authenticated_user'].map(
    (word) => [word, 'authenticated'] as const,
  ),
])

const CALLER = 'read the caller as `caller`, such as `caller.sub`, and test who it is with `caller is staff`'
const RESOURCE = 'read the resource by its parameters, such as `params.id`, and what is known of it from `data`'
const REQUEST = 'read `request.method`, `request.path`, `request.headers["…"]`, `request.time` and `source.ip`'

/** What conditions of other languages read, and how that is read here. */
const inputs: ReadonlyMap<string, string> = new Map([
  ...['principal', 'subject', 'user', 'p', 'claim', 'claims', 'jwt', 'token', 'auth'].map((word) => [word, CALLER] as const),
  ...['resource', 'object', 'r'].map((word) => [word, RESOURCE] as const),
  ...['context', 'ctx', 'http', 'env'].map((word) => [word, REQUEST] as const),
  ['input', 'read the caller as `caller`, the request as `request`, its parts as `params`, `query` and `body`'],
  ...['v', 'variables', 'vars'].map((word) => [word, 'name an expression with `def`: `def is_owner(): bool = …`'] as const),
  ['data', 'read data by the name that it is declared with: `data owners: map<string, string>` is `owners`'],
  ...['http_path', 'path', 'uri'].map((word) => [word, 'write `request.path`'] as const),
  ...['http_method', 'method'].map((word) => [word, 'write `request.method`'] as const),
  ['domain', 'write `caller.email.endsWith("@shop.example")`'],
  ['_', 'test membership with `x in …`'],
])

/** The namespaces of Rego's functions. */
const namespaces: ReadonlyMap<string, string> = new Map([
  ['net', 'write `cidr("10.0.0.0/8").containsIP(source.ip)`'],
  ['regex', 'write `x.matches("^…$")`'],
  ['glob', 'write `x.matches("^…$")`'],
  ['time', 'read `request.time`, and compare it with `timestamp("…")`'],
  ['object', 'read what may be missing as `m[?k]`, with `.orValue(…)` or `.hasValue()`'],
  ['io', 'read the claims of a verified token as `caller`'],
])

/**
 * Returns how something that conditions of other languages read is read here; null if the name is none of theirs.
 *
 * @param isCalled whether a function of the name is called: `net.cidr_contains(…)`
 */
export function inputCalled(name: string, isCalled: boolean): string | null {
  const word = name.toLowerCase()
  return (isCalled ? namespaces.get(word) : undefined) ?? inputs.get(word) ?? null
}

/** Returns the type that corresponds to a type name of another language, such as `int` for `integer`; null if none does. */
export function typeCalled(word: string): string | null {
  return types.get(word.toLowerCase()) ?? null
}

/** Returns the function or expression that corresponds to a function name of another language; null if none does. */
export function functionCalled(word: string): string | null {
  return functions.get(word.toLowerCase()) ?? null
}

/**
 * Returns the word in `to` that corresponds to another language's word for callers, such as `authenticated` for `loggedin`; null
 * if none does.
 */
export function callerCalled(word: string): string | null {
  return callers.get(word.toLowerCase()) ?? null
}
