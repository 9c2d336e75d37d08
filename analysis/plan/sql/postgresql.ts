import type { Type } from '../../../language/checker/types/type.ts'
import { helpers } from '../../../runtime/abi/index.ts'
import { PlanError } from '../plan-error.ts'
import { checkedText, literalsGuard, type SqlDialect } from './dialect.ts'
import { type Fragment, sql } from './formula.ts'

/**
 * The dialect of PostgreSQL, from 13. Texts are compared as `text` byte by byte, regardless of the column's type and collation;
 * in UTF-8 that is by code point. NaN and infinite doubles, and infinite times, do not fit, as JSON has none; times need a zone.
 */
export const POSTGRESQL: SqlDialect = {
  true: 'TRUE',
  false: 'FALSE',
  numbered: true,
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  placeholder: (position) => `$${position + 1}`,
  bound(value, type) {
    switch (type.kind) {
      case 'string':
      case 'literals':
        return [{ value: checkedText(value, 'PostgreSQL'), cast: '::text' }]
      case 'int':
        return [{ value: Number(value), cast: '::bigint' }]
      case 'double':
        return [{ value: Number(value), cast: '::double precision' }]
      case 'timestamp':
        return [{ value: momentOf(value as bigint), cast: '::timestamptz' }]
      default:
        throw untold(type)
    }
  },
  read(column, type) {
    const there = sql`${column} IS NOT NULL`
    switch (type.kind) {
      case 'string':
        return { value: asText(column), fits: sql`${there} AND ${isNotPadded(column)}` }
      case 'literals':
        return {
          value: asText(column),
          fits: sql`${there} AND ${isNotPadded(column)} AND ${literalsGuard(this, asText(column), type.values)}`,
        }
      case 'bool':
        return { value: column, fits: there }
      case 'int':
        return {
          value: column,
          // A `numeric` may have a fraction.
          fits: sql`${there} AND ${column} BETWEEN -9007199254740991 AND 9007199254740991 AND trunc(${column}) = ${column}`,
        }
      case 'double':
        return {
          value: column,
          fits: sql`${there} AND ${column} BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308`,
        }
      case 'timestamp':
        return {
          value: column,
          fits: sql`${there} AND pg_typeof(${column}) = 'timestamp with time zone'::regtype AND isfinite(${column})`,
        }
      default:
        throw untold(type)
    }
  },
  // An overflow of 32-bit `integer` would abort the whole query.
  exact: (value) => sql`${value}::numeric`,
  startsWith: (text, part) => sql`starts_with(${text}, ${part})`,
  endsWith: (text, part) => sql`right(${text}, char_length(${part})) = ${part}`,
  contains: (text, part) => sql`strpos(${text}, ${part}) > 0`,
  holds(column, as, element, type) {
    if (!isText(type) && type.kind !== 'int') throw untold(type)
    if (as === 'array') {
      const values = isText(type) ? sql`${column}::text[]` : column
      // A NULL element is an unknown value.
      const isKnown = sql`pg_typeof(${column}) <> 'character[]'::regtype AND array_position(${values}, NULL) IS NULL`
      return {
        test: isText(type) ? sql`${element} COLLATE "C" = ANY (${values})` : sql`${element} = ANY (${values})`,
        fits: sql`${column} IS NOT NULL AND ${isKnown}`,
      }
    }
    const json = sql`${column}::jsonb`
    const other = [`'strict $[*] ? (@.type() != "${isText(type) ? 'string' : 'number'}")'`]
    const isArray = sql`jsonb_typeof(${json}) = 'array'`
    return {
      test: sql`to_jsonb(${element}) <@ ${json}`,
      // `silent`, as the evaluation order is undefined and the value may be no array.
      fits: sql`${column} IS NOT NULL AND ${isArray} AND NOT jsonb_path_exists(${json}, ${other}, '{}', true)`,
    }
  },
}

function untold({ kind }: Type): PlanError {
  return new PlanError(`values of type \`${kind}\` cannot be queried in PostgreSQL: rewrite the condition without them`)
}

function asText(column: Fragment): Fragment {
  return sql`${column}::text COLLATE "C"`
}

/** A `char(n)` has trailing blanks that are not part of its text. */
function isNotPadded(column: Fragment): Fragment {
  return sql`pg_typeof(${column}) <> 'character'::regtype`
}

function isText({ kind }: Type): boolean {
  return kind === 'string' || kind === 'literals'
}

/** PostgreSQL's times have microseconds. */
function momentOf(value: bigint): string {
  if (value % 1000n !== 0n)
    throw new PlanError(
      'a compared timestamp is finer than one microsecond, the precision of PostgreSQL: round it to microseconds',
    )
  return helpers.formatTimestamp(value)
}
