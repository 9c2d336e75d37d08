/**
 * Cases in scope that are not as the suite has them, each for a reason that stands in `spec/language/deviations.md`. They are run; one
 * that begins to pass, or to differ otherwise, fails the run.
 */
export interface Deviation {
  /** The first cell of its row there. */
  readonly row: string
  /** By what code the case is refused as it is written, or what it gives. Where it is refused, it is as the suite has it once its literals are variables. */
  readonly as: { readonly refused: string } | { readonly gives: string }
  readonly cases: readonly string[]
}

const NEVER_EQUAL = 'a comparison of literals that cannot be equal is `false`'
const ONLY_ERRS = '`x / 0`, `x % 0` with a constant'

export const deviations: readonly Deviation[] = [
  {
    row: NEVER_EQUAL,
    as: { refused: 'IAP3008' },
    cases: [
      'comparisons/eq_literal/not_eq_string',
      'comparisons/eq_literal/not_eq_string_case',
      'comparisons/eq_literal/not_eq_string_unicode_ascii',
      'comparisons/eq_literal/no_string_normalization',
      'comparisons/ne_literal/ne_string',
      'comparisons/ne_literal/ne_string_unicode',
      'comparisons/in_list_literal/elem_not_in_list',
      'lists/in/missing',
    ],
  },
  {
    row: NEVER_EQUAL,
    as: { refused: 'IAP3060' },
    cases: ['comparisons/in_list_literal/elem_not_in_empty_list', 'lists/in/empty'],
  },
  {
    row: ONLY_ERRS,
    as: { refused: 'IAP3071' },
    cases: [
      'integer_math/int64_math/mod_zero',
      'integer_math/int64_math/divide_zero',
      'logic/conditional/error_case',
      'logic/AND/short_circuit_error_left',
      'logic/AND/short_circuit_error_right',
      'logic/AND/error_right',
      'logic/AND/error_left',
      'logic/OR/short_circuit_error_left',
      'logic/OR/short_circuit_error_right',
      'logic/OR/error_right',
      'logic/OR/error_left',
      'macros/exists/list_elem_exists_error',
      'macros/all/list_elem_error_exhaustive',
      'plumbing/eval_results/error_result',
    ],
  },
  {
    row: ONLY_ERRS,
    as: { refused: 'IAP3059' },
    cases: [
      'conversions/bool/string_true_badcase',
      'conversions/bool/string_false_badcase',
      'timestamps/timestamp_range/from_string_under',
      'timestamps/timestamp_range/from_string_over',
      'timestamps/duration_range/from_string_under',
      'timestamps/duration_range/from_string_over',
    ],
  },
  {
    row: ONLY_ERRS,
    as: { refused: 'IAP3073' },
    cases: ['string_ext/value_errors/lastindexof_negative_index', 'string_ext/value_errors/substring_negative_index'],
  },
  {
    row: 'what `[]` and `{}` hold is found out from all that is done with them',
    as: { refused: 'IAP3015' },
    cases: [
      'macros/exists/list_empty',
      'macros/all/list_empty',
      'macros/exists_one/list_empty',
      'macros/map/list_empty',
      'macros/filter/list_empty',
    ],
  },
  {
    row: 'control characters may stand in texts as they are',
    as: { refused: 'IAP1014' },
    cases: [
      'parse/string_literals/single_quoted_unescaped_special_control_characters',
      'parse/string_literals/double_quoted_unescaped_special_control_characters',
      'parse/string_literals/triple_single_quoted_unescaped_special_control_characters',
      'parse/string_literals/triple_double_quoted_unescaped_special_control_characters',
      'parse/string_literals/single_quoted_unescaped_all_control_characters',
      'parse/string_literals/double_quoted_unescaped_all_control_characters',
      'parse/string_literals/triple_single_quoted_unescaped_all_control_characters',
      'parse/string_literals/triple_double_quoted_unescaped_all_control_characters',
    ],
  },
  {
    row: 'every word but `true false null in` may stand behind a dot',
    as: { refused: 'IAP1016' },
    cases: ['parse/selectors/as', 'parse/selectors/import'],
  },
  {
    row: '`existsOne` is `exists_one`, too',
    as: { gives: 'is the tree m.existsOne(v, f) instead of loop(' },
    cases: ['parsing/64', 'parsing/191'],
  },
  {
    row: '`duration` has 64 bits of nanoseconds, some ±292 years',
    as: { gives: 'gives 315537897599000000000ns instead of error' },
    cases: ['timestamps/timestamp_range/sub_time_duration_over'],
  },
  {
    row: '`duration` has 64 bits of nanoseconds, some ±292 years',
    as: { gives: 'gives -315537897599000000000ns instead of error' },
    cases: ['timestamps/timestamp_range/sub_time_duration_under'],
  },
]
