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
  ...['like', 'regex', 'regexmatch', 'test', 'glob'].map((word) => [word, 'matches'] as const),
  ...['any', 'some'].map((word) => [word, 'exists'] as const),
  ...['every', 'foreach'].map((word) => [word, 'all'] as const),
  ...['incidr', 'insubnet', 'iprange', 'inrange'].map((word) => [word, 'containsIP'] as const),
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
  ...['everyone', 'everybody', 'all', 'any', 'public', 'world'].map((word) => [word, 'anyone'] as const),
  ...['guest', 'guests', 'unauthenticated', 'nobody'].map((word) => [word, 'anonymous'] as const),
  ...['known', 'loggedin', 'logged_in', 'signed_in'].map((word) => [word, 'authenticated'] as const),
])

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
