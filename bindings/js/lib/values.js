// What goes in: types are checked before anything crosses the boundary.

import { CognitoSrpError } from "./error.js";

// The longest text or integer that is taken across, in UTF-16 units or bytes. What is longer than 1 MiB is refused on the
// other side, by the name of the parameter; this only saves copying what will be refused.
const LIMIT = 1 << 21;

// The same for a bigint, in bytes: 1024 are taken on the other side.
const INTEGER_LIMIT = 1 << 12;

// The same for a saved state, in bytes: as many are read on the other side.
export const STATE_LIMIT = 1 << 22;

function tooLong(parameter, limit = LIMIT) {
  // What the service says is called its body, and is not the caller's fault.
  const kind = parameter === "body" ? "Reply" : "Argument";
  return new CognitoSrpError(kind, `${parameter} is longer than ${limit} units`, { parameter, problem: "TooLong" });
}

export function text(name, value) {
  if (typeof value !== "string") throw new TypeError(`${name} is not a string`);
  if (value.length > LIMIT) throw tooLong(name);
  if (HALF.test(value)) throw new TypeError(`${name} has half of a surrogate pair`);
  return value;
}

export function object(name, value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError(`${name} is not an object`);
  return value;
}

/** An object with members, and none that holds something in another way: of these JSON would show nothing, or each byte. */
export function record(name, value) {
  object(name, value);
  const other = ArrayBuffer.isView(value) || [ArrayBuffer, Map, Set, Date, Promise].some((kind) => value instanceof kind);
  if (other) throw new TypeError(`${name} is not an object of members`);
  return value;
}

/** Half of a surrogate pair: it would be taken for another text, in which U+FFFD stands for the half. */
const HALF = /\p{Surrogate}/u;

/** What JSON has no word for and leaves out, or writes as null: it would be as good as absent. */
const isLost = (value) =>
  ["function", "symbol"].includes(typeof value) || (typeof value === "number" && !Number.isFinite(value)) || value instanceof Map || value instanceof Set;

/** JSON text of an object, which an error calls `parameter`. */
export function json(name, value, parameter = name) {
  record(name, value);
  let written;
  let units = 0;
  try {
    written = JSON.stringify(value, (key, part) => {
      const isText = typeof part === "string" || part instanceof String;
      units += key.length + (isText ? part.length : 1);
      if (units > LIMIT) throw tooLong(parameter);
      // Each byte would be a member, and all their names are made before the first is counted.
      if (ArrayBuffer.isView(part)) throw new TypeError();
      if (parameter !== "body" && (isLost(part) || HALF.test(key) || (isText && HALF.test(part)))) throw new TypeError();
      return part;
    });
  } catch (error) {
    if (error instanceof CognitoSrpError) throw error;
    // Nested so deeply that the engine has no stack for it.
    if (parameter === "body" && error instanceof RangeError) {
      throw new CognitoSrpError("Reply", "body is nested too deeply", { parameter, problem: "TooDeep" });
    }
    // The engine's own words may quote what it has met.
    throw new TypeError(`${name} cannot be written as JSON`);
  }
  if (typeof written !== "string") throw new TypeError(`${name} cannot be written as JSON`);
  return written;
}

/** A property as the engine has it, whatever a subclass says. */
function intrinsic(property) {
  const { get } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), property);
  return (array) => Reflect.apply(get, array, []);
}
const [bufferOf, offsetOf, lengthOf] = ["buffer", "byteOffset", "length"].map(intrinsic);

const keysOf = Uint8Array.prototype.keys;

/** A byte string, or a big-endian integer: a view of the same bytes, which is as long as it says. */
export function bytes(name, value, limit = LIMIT) {
  if (!(value instanceof Uint8Array)) throw new TypeError(`${name} is not a Uint8Array`);
  let view;
  try {
    Reflect.apply(keysOf, value, []); // throws where there are no bytes any more, of which the rest says that they are 0
    view = new Uint8Array(bufferOf(value), offsetOf(value), lengthOf(value));
  } catch {
    throw new TypeError(`${name} is a Uint8Array whose buffer was transferred, or has become too short`);
  }
  if (view.length > limit) throw tooLong(name, limit);
  return view;
}

export function integer(name, value) {
  if (typeof value !== "bigint") return bytes(name, value);
  if (value < 0n) throw new CognitoSrpError("Argument", `${name} is out of range`, { parameter: name, problem: "OutOfRange" });
  if (value >> BigInt(8 * INTEGER_LIMIT)) throw tooLong(name, INTEGER_LIMIT);
  const hex = value.toString(16);
  return Uint8Array.from(hex.padStart(hex.length + (hex.length % 2), "0").match(/../g), (byte) => parseInt(byte, 16));
}

/** Seconds since 1970, of a Date or a number; the clock's where there is none. */
export function seconds(now = Date.now() / 1000) {
  const seconds = now instanceof Date ? now.getTime() / 1000 : now;
  if (typeof seconds !== "number") throw new TypeError("now is neither a Date nor a number");
  return Math.floor(seconds);
}
