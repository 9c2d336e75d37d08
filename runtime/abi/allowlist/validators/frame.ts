/** The code around ajv's functions in every `validators.js`, shared by its writer and its check. */

/**
 * Code of `validators.js` between the validators and the final `return`: the helpers `both` and `table`. `both` checks a body
 * with an imported type against two schemas; `table` makes objects without a prototype.
 */
export const FRAME = `const TOO_LONG = [{ instancePath: "", message: "takes too many steps to check" }];
const both = (first, second) => {
  const validate = (json) => {
    const failed = first(json) !== true ? first : null;
    const fits = failed === null && abi.withinSteps(() => second(json) === true);
    if (fits === null) validate.errors = TOO_LONG;
    else validate.errors = failed !== null ? failed.errors : fits ? null : second.errors;
    return fits === true;
  };
  return validate;
};
const table = (entries) => Object.freeze(Object.assign(Object.create(null), entries));`

/** Source text of the parameter list that ajv gives to each generated function. */
export const PARAMETERS = '(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={})'
/** Source text of a function that counts characters instead of UTF-16 code units, for `minLength` and `maxLength`. */
export const CHARACTERS = '(text) => [...text].length'
