// The operations as JavaScript wants them: objects instead of JSON text, Uint8Array or bigint, Date, TypeError.
//
// What the wasm computes it knows best. Here types are checked before anything crosses the boundary, and objects are kept from
// being used after they were freed, or while they are at work.

import load, * as wasm from "../wasm/cognito_srp_core.js";
import { CognitoSrpError } from "./error.js";

export { CognitoSrpError };

// The longest text or integer that is taken across, in UTF-16 units or bytes. What is longer than 1 MiB is refused on the
// other side, by the name of the parameter; this only saves copying what will be refused.
const LIMIT = 1 << 21;

// The same for a bigint, in bytes: 1024 are taken on the other side.
const INTEGER_LIMIT = 1 << 12;

// The same for a saved state, in bytes: as many are read on the other side.
const STATE_LIMIT = 1 << 22;

// --- the module

let loading;
let ready = false;
let stopped = false;
let busy = false;
let watched = false;

/** Loads the module, once; after a failure it can be tried again. */
export function instantiate(locate) {
  if (ready) loading ??= Promise.resolve();
  loading ??= Promise.resolve()
    .then(locate)
    .then(compiled)
    .then((source) => load({ module_or_path: source }))
    .then(
      (loaded) => {
        if (!("signin_new" in loaded)) throw strange();
        ready = true;
      },
      (error) => {
        loading = undefined;
        throw error;
      },
    );
  return loading;
}

/** Loads the module from bytes or a WebAssembly.Module that is at hand. */
export function initSync(source) {
  if (ready) return;
  // It would come later and take the place of this one, with objects in use.
  if (loading) throw misuse("init", "init() is under way: await it");
  wasm.initSync({ module: ours(source instanceof WebAssembly.Module ? source : new WebAssembly.Module(source)) });
  ready = true;
}

/** Bytes as a module that is this package's; what is still to be fetched is looked at when it is there. */
async function compiled(source) {
  const isBytes = ArrayBuffer.isView(source) || source instanceof ArrayBuffer;
  const module = isBytes ? await WebAssembly.compile(source) : source;
  return module instanceof WebAssembly.Module ? ours(module) : module;
}

/** Another module would stay, and take the place of the right one. */
function ours(module) {
  if (!WebAssembly.Module.exports(module).some(({ name }) => name === "signin_new")) throw strange();
  return module;
}

const strange = () => misuse("init", "this is not the module of this package");

/** Calls into the wasm, where one call is at work at a time. */
function call(operation) {
  if (!ready) throw misuse("init", "the module is not ready: `await init()` comes first");
  if (stopped) throw new CognitoSrpError("Machine", "the module stopped at an earlier call");
  if (busy) throw misuse("call", "a call from within another call");
  busy = true;
  watch();
  try {
    return operation();
  } catch (error) {
    if (error instanceof CognitoSrpError) throw error;
    // A trap, or an engine that has no more stack: whatever was under way is left undone.
    stopped = true;
    throw new CognitoSrpError("Machine", `the module stopped: ${error?.name}`);
  } finally {
    busy = false;
  }
}

/**
 * Looks whether a call has come to its end, as soon as it must have. One that was terminated, by a time limit of node:vm or by
 * Ctrl-C, runs no `finally`, and has left the module in the middle of something.
 */
function watch() {
  if (watched) return;
  watched = true;
  queueMicrotask(() => {
    watched = false;
    stopped ||= busy;
    busy = false;
  });
}

function misuse(parameter, message) {
  return new CognitoSrpError("Argument", message, { parameter, problem: "Unexpected" });
}

// --- what goes in

function tooLong(parameter, limit = LIMIT) {
  // What the service says is called its body, and is not the caller's fault.
  const kind = parameter === "body" ? "Reply" : "Argument";
  return new CognitoSrpError(kind, `${parameter} is longer than ${limit} units`, { parameter, problem: "TooLong" });
}

function text(name, value) {
  if (typeof value !== "string") throw new TypeError(`${name} is not a string`);
  if (value.length > LIMIT) throw tooLong(name);
  // It would be taken for another text, in which U+FFFD stands for the half.
  if (/\p{Surrogate}/u.test(value)) throw new TypeError(`${name} has half of a surrogate pair`);
  return value;
}

function object(name, value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError(`${name} is not an object`);
  return value;
}

/** An object with members, and none that holds something in another way: of these JSON would show nothing, or each byte. */
function record(name, value) {
  object(name, value);
  const other = ArrayBuffer.isView(value) || [ArrayBuffer, Map, Set, Date, Promise].some((kind) => value instanceof kind);
  if (other) throw new TypeError(`${name} is not an object of members`);
  return value;
}

/** What JSON has no word for and leaves out, or writes as null: it would be as good as absent. */
const isLost = (value) =>
  ["function", "symbol"].includes(typeof value) || (typeof value === "number" && !Number.isFinite(value)) || value instanceof Map || value instanceof Set;

/** JSON text of an object, which an error calls `parameter`. */
function json(name, value, parameter = name) {
  record(name, value);
  let written;
  let units = 0;
  try {
    written = JSON.stringify(value, (key, part) => {
      units += key.length + (typeof part === "string" ? part.length : 1);
      if (units > LIMIT) throw tooLong(parameter);
      if (parameter !== "body" && isLost(part)) throw new TypeError();
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
function bytes(name, value, limit = LIMIT) {
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

function integer(name, value) {
  if (typeof value !== "bigint") return bytes(name, value);
  if (value < 0n) throw new CognitoSrpError("Argument", `${name} is out of range`, { parameter: name, problem: "OutOfRange" });
  if (value >> BigInt(8 * INTEGER_LIMIT)) throw tooLong(name, INTEGER_LIMIT);
  const hex = value.toString(16);
  return Uint8Array.from(hex.padStart(hex.length + (hex.length % 2), "0").match(/../g), (byte) => parseInt(byte, 16));
}

/** Seconds since 1970, of a Date or a number; the clock's where there is none. */
function seconds(now = Date.now() / 1000) {
  const seconds = now instanceof Date ? now.getTime() / 1000 : now;
  if (typeof seconds !== "number") throw new TypeError("now is neither a Date nor a number");
  return Math.floor(seconds);
}

// --- what comes out

/** A step, of the three lines that the wasm writes. */
function step(lines) {
  const first = lines.indexOf("\n");
  const second = lines.indexOf("\n", first + 1);
  const kind = lines.slice(0, first);
  const name = lines.slice(first + 1, second);
  const body = JSON.parse(lines.slice(second + 1));
  if (kind === "send") {
    return { kind, operation: name, target: `AWSCognitoIdentityProviderService.${name}`, input: body };
  }
  return kind === "ask" ? { kind, question: name, details: body } : { kind, ...body };
}

const perhapsStep = (lines) => (lines === undefined ? undefined : step(lines));

// --- objects

/** Only this file can make an object around one of the wasm's. */
const INSIDE = Symbol("inside");

/** Calls a method of an object of this class: `invoke(this, wasm.SignIn, (inner) => inner.method())`. */
let invoke;

/** What all three classes have in common: an object of the wasm, until it is freed. */
class Handle {
  #inner;

  /** Takes what `make` makes; a subclass says what that is. */
  constructor(make) {
    this.#inner = call(make);
  }

  /** Gives the memory back, wiped. It does not hurt to do it twice. */
  free() {
    if (busy) throw misuse("free", "a call from within another call");
    const inner = this.#inner;
    this.#inner = undefined;
    if (inner !== undefined && !stopped) inner.free();
  }

  // Nobody outside of this file may reach the wasm's object.
  static {
    invoke = (handle, kind, operation) => {
      const inner = handle.#inner;
      if (inner === undefined) throw misuse("this", "used after free()");
      if (!(inner instanceof kind)) throw new TypeError(`this is not a ${kind.name}`);
      return call(() => operation(inner));
    };
  }
}

if (Symbol.dispose) {
  Object.defineProperty(Handle.prototype, Symbol.dispose, { value: Handle.prototype.free, configurable: true, writable: true });
}

/** The conversation. */
export class SignIn extends Handle {
  constructor(options, inside, state) {
    const written = json("options", options);
    // Last: getters of the options may do with them what they like.
    const saved = inside === INSIDE ? bytes("state", state, STATE_LIMIT) : undefined;
    super(saved ? () => wasm.SignIn.restore(saved, written) : () => new wasm.SignIn(written));
  }

  static restore(state, options) {
    // Not by `new this`: a subclass may hand on what it likes.
    return Reflect.construct(SignIn, [options, INSIDE, state], this);
  }

  start() {
    return step(invoke(this, wasm.SignIn, (inner) => inner.start()));
  }

  handle(output, now) {
    const [written, at] = [reply("output", output), seconds(now)];
    return step(invoke(this, wasm.SignIn, (inner) => inner.handle(written, at)));
  }

  refused(error) {
    const written = refusal(error);
    return step(invoke(this, wasm.SignIn, (inner) => inner.refused(written)));
  }

  answer(answer, { userAttributes, now } = {}) {
    const [given, at] = [text("answer", answer), seconds(now)];
    const attributes = userAttributes == null ? undefined : json("userAttributes", userAttributes);
    return step(invoke(this, wasm.SignIn, (inner) => inner.answer(given, attributes, at)));
  }

  question() {
    return perhapsStep(invoke(this, wasm.SignIn, (inner) => inner.question()));
  }

  setDevice(device) {
    const written = device == null ? undefined : json("device", device);
    invoke(this, wasm.SignIn, (inner) => inner.setDevice(written));
  }

  skipDevice() {
    return perhapsStep(invoke(this, wasm.SignIn, (inner) => inner.skipDevice()));
  }

  save() {
    return invoke(this, wasm.SignIn, (inner) => inner.save());
  }
}

/** SRP over the user's password, step by step. */
export class PasswordLogin extends Handle {
  constructor(options, a) {
    const [written, drawn] = [json("options", options), a == null ? undefined : integer("a", a)];
    super(() => new wasm.PasswordLogin(written, drawn));
  }

  get srpA() {
    return invoke(this, wasm.PasswordLogin, (inner) => inner.srpA());
  }

  claim(challenge, password, now) {
    const [written, secret, at] = [reply("challenge", challenge), text("password", password), seconds(now)];
    return JSON.parse(invoke(this, wasm.PasswordLogin, (inner) => inner.claim(written, secret, at)));
  }
}

/** SRP over a remembered device's password, step by step. */
export class DeviceLogin extends Handle {
  constructor(options, a) {
    const [written, drawn] = [json("options", options), a == null ? undefined : integer("a", a)];
    super(() => new wasm.DeviceLogin(written, drawn));
  }

  get srpA() {
    return invoke(this, wasm.DeviceLogin, (inner) => inner.srpA());
  }

  claim(challenge, now) {
    const [written, at] = [reply("challenge", challenge), seconds(now)];
    return JSON.parse(invoke(this, wasm.DeviceLogin, (inner) => inner.claim(written, at)));
  }
}

/** JSON text of what the SDK returned, or of the body of a reply: what the SDK adds is left out. */
function reply(name, output) {
  const { $metadata, ...body } = record(name, output);
  return json(name, body, "body");
}

/**
 * JSON text of what the service refused with. Any other error was not the service's: it is thrown on as it is, so that
 * `catch (error) { step = signIn.refused(error) }` hides nothing. Where a gateway has replied, the SDK has no name for it.
 */
function refusal(error) {
  if (error != null && typeof error !== "object") throw error; // anything can be thrown, or be the reason of an AbortSignal
  object("error", error);
  // The SDK's exceptions say whose fault it was; what is no error of any realm is the parsed body of a refusal.
  const isError = error instanceof Error || /^\[object (Error|DOMException)\]$/.test(Object.prototype.toString.call(error));
  const ofService = typeof error.__type === "string" || !isError || ("$fault" in error && !/^Unknown(Error)?$/.test(error.name));
  if (!ofService) throw error;
  const name = error.__type ?? error.name;
  const message = error.message ?? error.Message;
  return json("error", { __type: name, message: typeof message === "string" ? message : "" }, "body");
}

// --- functions

export function enrollDevice(deviceKey, deviceGroupKey) {
  const [key, group] = [text("deviceKey", deviceKey), text("deviceGroupKey", deviceGroupKey)];
  return JSON.parse(call(() => wasm.enrollDevice(key, group)));
}

export function deviceVerifier(deviceKey, deviceGroupKey, devicePassword, salt) {
  const [key, group] = [text("deviceKey", deviceKey), text("deviceGroupKey", deviceGroupKey)];
  const [password, salted] = [text("devicePassword", devicePassword), integer("salt", salt)];
  return JSON.parse(call(() => wasm.deviceVerifier(key, group, password, salted)));
}

export function secretHash(username, clientId, clientSecret) {
  const [name, id, secret] = [text("username", username), text("clientId", clientId), text("clientSecret", clientSecret)];
  return call(() => wasm.secretHash(name, id, secret));
}

export function modpow(base, exponent) {
  const [b, e] = [integer("base", base), integer("exponent", exponent)];
  return call(() => wasm.modpow(b, e));
}

export function computeS(a, serverPublic, u, x) {
  const values = [integer("a", a), integer("serverPublic", serverPublic), integer("u", u), integer("x", x)];
  return call(() => wasm.computeS(...values));
}

export function claimKey(a, serverPublic, salt, scope, name, password) {
  const integers = [integer("a", a), integer("serverPublic", serverPublic), integer("salt", salt)];
  const texts = [text("scope", scope), text("name", name), text("password", password)];
  return call(() => wasm.claimKey(...integers, ...texts));
}

export function kernel() {
  return call(() => wasm.kernel());
}

export function version() {
  return call(() => wasm.version());
}
