/**
 * What stands round the functions of ajv in every `validators.js`: written here once, for who writes it and for who looks whether
 * it is there.
 */

/** A body whose type was imported has to fit both; a table has no prototype. */
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

/** Of a function of ajv, to the character. */
export const PARAMETERS = '(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={})'
/** How many units of UTF-16 a text has beyond its characters does not count. */
export const CHARACTERS = '(text) => [...text].length'
