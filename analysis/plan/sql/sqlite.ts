import { isString, type Type } from '../../../language/checker/types/type.ts'
import { PlanError } from '../plan-error.ts'
import { checkedText, literalsGuard, type SqlDialect } from './dialect.ts'
import { type Fragment, sql } from './formula.ts'

const ELEMENT = 'iap_element'
const DOUBLES = sql`-1.7976931348623157e308 AND 1.7976931348623157e308`
const OF_JSON_EACH = /(?<!\.)`(?:key|value|type|atom|id|parent|fullkey|path|json|root)`(?!\.)/i

/**
 * The dialect of SQLite, from 3.38, for a UTF-8 database. A column may hold values of any type, so conditions check the type.
 * Names are in backticks, as SQLite reads an unknown name in double quotes as a text.
 */
export const SQLITE: SqlDialect = {
  true: '1',
  false: '0',
  numbered: false,
  quote: (name) => `\`${name.replaceAll('`', '``')}\``,
  placeholder: () => '?',
  bound(value, type) {
    switch (type.kind) {
      case 'string':
      case 'literals':
        return [{ value: checkedText(value, 'SQLite'), cast: '' }]
      case 'int':
      case 'double':
        return [{ value: Number(value), cast: '' }]
      default:
        throw untold(type)
    }
  },
  read(column, type, asText) {
    if (asText && type.kind !== 'string') throw untold(type)
    switch (type.kind) {
      case 'string':
        return asText
          ? { value: asWritten(column), fits: sql`typeof(${column}) IN ('text', 'integer')` }
          : { value: asWritten(column), fits: sql`typeof(${column}) = 'text'` }
      case 'literals':
        return {
          value: asWritten(column),
          fits: sql`typeof(${column}) = 'text' AND ${literalsGuard(this, asWritten(column), type.values)}`,
        }
      case 'bool':
        return { value: sql`${column} = 1`, fits: sql`typeof(${column}) = 'integer' AND ${column} IN (0, 1)` }
      case 'int':
        return {
          value: column,
          fits: sql`typeof(${column}) = 'integer' AND ${column} BETWEEN -9007199254740991 AND 9007199254740991`,
        }
      case 'double':
        return {
          value: column,
          fits: sql`typeof(${column}) IN ('real', 'integer') AND ${column} BETWEEN ${DOUBLES}`,
        }
      default:
        throw untold(type)
    }
  },
  // In 64 bits.
  exact: (value) => value,
  // Bytes, as functions of texts stop at U+0000; in UTF-8 they mean the same. Of no bytes these functions make NULL.
  startsWith: (text, part) =>
    sql`coalesce(substr(CAST(${text} AS BLOB), 1, length(CAST(${part} AS BLOB))), x'') = CAST(${part} AS BLOB)`,
  endsWith: (text, part) =>
    sql`coalesce(substr(CAST(${text} AS BLOB), -length(CAST(${part} AS BLOB))), x'') = CAST(${part} AS BLOB)`,
  contains: (text, part) => sql`coalesce(instr(CAST(${text} AS BLOB), CAST(${part} AS BLOB)), 0) > 0`,
  holds(column, as, element, type) {
    if (as === 'array') throw new PlanError('SQLite has no arrays: map the column as `json`')
    if (type.kind !== 'int' && !isString(type)) throw untold(type)
    const kind = type.kind === 'int' ? sql`'integer'` : sql`'text'`
    for (const part of [...column, ...element]) {
      // In the subquery these would be those of `json_each`.
      const captured = typeof part === 'string' && OF_JSON_EACH.exec(part)
      if (captured)
        throw new PlanError(
          `the column ${captured[0]} must be qualified with its table, because \`json_each\` has a column of the same name`,
        )
    }
    const each = sql`FROM json_each(${column}) AS ${[ELEMENT]} WHERE ${[ELEMENT]}`
    const isArray = sql`json_valid(${column}) AND json_type(${column}) = 'array'`
    return {
      test: sql`EXISTS (SELECT 1 ${each}.value = ${element})`,
      fits: sql`typeof(${column}) = 'text' AND ${isArray} AND NOT EXISTS (SELECT 1 ${each}.type <> ${kind})`,
    }
  },
}

function untold({ kind }: Type): PlanError {
  return new PlanError(`values of type \`${kind}\` cannot be queried in SQLite: rewrite the condition without them`)
}

/**
 * As a text, whatever the column is declared as: beside one that was declared a date or a decimal, a bound text that looks like a
 * number would be taken for that.
 */
function asWritten(column: Fragment): Fragment {
  return sql`CAST(${column} AS TEXT) COLLATE BINARY`
}
