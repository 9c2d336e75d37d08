import type { Overload } from './builtin.ts'

/**
 * Built-in functions of collections: sizes, CEL's `sets` extension on lists and sets of scalars, membership in a hierarchy, and
 * values of optionals.
 */
export const COLLECTION_BUILTINS = {
  'list.size': { signature: 'list<T>.size(): int', fails: false, doc: 'How many elements the list has.' },
  'size(list)': { signature: 'size(list<T>): int', fails: false, doc: 'How many elements the list has.' },
  'set.size': { signature: 'set<T>.size(): int', fails: false, doc: 'How many elements the set has.' },
  'size(set)': { signature: 'size(set<T>): int', fails: false, doc: 'How many elements the set has.' },
  'map.size': { signature: 'map<string, T>.size(): int', fails: false, doc: 'How many entries the map has.' },
  'size(map)': { signature: 'size(map<string, T>): int', fails: false, doc: 'How many entries the map has.' },
  'sets.contains(list)': {
    signature: 'sets.contains(list<T>, list<T>): bool',
    fails: false,
    doc: 'Whether every element of the second is in the first.',
  },
  'sets.contains(set)': {
    signature: 'sets.contains(set<T>, set<T>): bool',
    fails: false,
    doc: 'Whether every element of the second is in the first.',
  },
  'sets.equivalent(list)': {
    signature: 'sets.equivalent(list<T>, list<T>): bool',
    fails: false,
    doc: 'Whether each has every element of the other, however often and in whatever order.',
  },
  'sets.equivalent(set)': {
    signature: 'sets.equivalent(set<T>, set<T>): bool',
    fails: false,
    doc: 'Whether each has every element of the other.',
  },
  'sets.intersects(list)': {
    signature: 'sets.intersects(list<T>, list<T>): bool',
    fails: false,
    doc: 'Whether some element is in both.',
  },
  'sets.intersects(set)': {
    signature: 'sets.intersects(set<T>, set<T>): bool',
    fails: false,
    doc: 'Whether some element is in both.',
  },
  'hierarchy.within': {
    signature: 'hierarchy.within(string, string): bool',
    fails: false,
    doc: 'Whether the first name is the second, or the second is an ancestor of the first.',
  },
  'optional.orValue': {
    signature: 'optional<T>.orValue(T): T',
    fails: false,
    doc: 'The value where there is one, else the given one, which is evaluated only then.',
  },
  'optional.hasValue': { signature: 'optional<T>.hasValue(): bool', fails: false, doc: 'Whether there is a value.' },
} as const satisfies Record<string, Overload>
