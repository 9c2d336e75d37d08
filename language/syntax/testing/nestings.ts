/** Expressions by what nests in them, as deep as one wants. */
export const nestings: readonly (readonly [string, (depth: number) => string])[] = [
  ['parentheses', (n) => `${'('.repeat(n)}a${')'.repeat(n)}`],
  ['lists', (n) => `${'['.repeat(n)}a${']'.repeat(n)}`],
  ['calls', (n) => `${'f('.repeat(n)}a${')'.repeat(n)}`],
  ['indices', (n) => `${'a['.repeat(n)}b${']'.repeat(n)}`],
  ['negations', (n) => `${'!'.repeat(n)}a`],
  ['signs', (n) => `${'-'.repeat(n)}a`],
  ['members', (n) => `a${'.b'.repeat(n)}`],
  ['sums', (n) => `a${' + b'.repeat(n)}`],
  ['relations', (n) => `a${' == b'.repeat(n)}`],
  ['conditionals', (n) => `${'a ? b : '.repeat(n)}c`],
  ['products', (n) => `a${' * b'.repeat(n)}`],
  ['maps', (n) => `${'{a: '.repeat(n)}b${'}'.repeat(n)}`],
  ['optionals', (n) => `a${'.?b'.repeat(n)}`],
  ['optional indices', (n) => `${'a[?'.repeat(n)}b${']'.repeat(n)}`],
  ['comprehensions', (n) => `${'a.all(x, '.repeat(n)}b${')'.repeat(n)}`],
]
