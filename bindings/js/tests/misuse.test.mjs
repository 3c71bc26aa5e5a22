// What goes wrong on this side of the boundary: it is an error of JavaScript's or of this package's, and never more than that.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import * as core from "cognito-srp-core";

const { CognitoSrpError, DeviceLogin, PasswordLogin, SignIn, init } = core;
const { options, challenge, password, now, tokens } = JSON.parse(readFileSync(new URL("../../login.json", import.meta.url), "utf8"));
const deviceChallenge = { ...challenge, ChallengeName: "DEVICE_PASSWORD_VERIFIER" };
const device = { DeviceKey: "us-east-2_6ec2f461-6364-44c4-aa42-2f0acaaaf6e8", DeviceGroupKey: "-63i1vgZ7h", DevicePassword: "d" };

/** What every error of this package is, where it is the caller's. */
const argument = (parameter, problem) => (error) => {
  assert.ok(error instanceof CognitoSrpError, `${error}`);
  assert.equal(error.name, "CognitoSrpError");
  assert.deepEqual([error.kind, error.parameter, error.problem, error.refused], ["Argument", parameter, problem, undefined]);
  return true;
};

/** Any value that is none of those that are wanted. */
const everything = [undefined, null, true, 1, 1n, "text", Symbol("s"), () => 1, [], {}, new Date(), new Uint8Array(1), new ArrayBuffer(1)];
const except = (...types) => everything.filter((value) => !types.some((type) => type(value)));
const isText = (value) => typeof value === "string";
const isObject = (value) => value != null && Object.getPrototypeOf(value) === Object.prototype;
const isBytes = (value) => value instanceof Uint8Array;
const isInteger = (value) => isBytes(value) || typeof value === "bigint";

test("before init, everything says so", () => {
  assert.throws(() => new SignIn(options), argument("init", "Unexpected"));
  assert.throws(() => core.version(), argument("init", "Unexpected"));
});

test("init can fail, and be tried again; then it is done once", async () => {
  // What comes where the file is not: a page, with a status of its own or without.
  const page = new TextEncoder().encode("<!doctype html><p>not found</p>");
  for (const source of [page, page.buffer, new DataView(page.buffer), new Uint8Array(0), new Response(page), new Response(page, { status: 404 })]) {
    await assert.rejects(init(source), argument("init", "Unexpected"));
    if (!(source instanceof Response)) assert.throws(() => core.initSync(source), argument("init", "Unexpected"));
  }
  await assert.rejects(init(new Response(page, { status: 404 })), /404/);
  const newer = new Uint8Array([0, 0x61, 0x73, 0x6d, 9, 0, 0, 0]); // WebAssembly that no engine knows
  await assert.rejects(init(newer), WebAssembly.CompileError);
  const empty = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]); // a module, but another one
  for (const source of [empty, empty.buffer, new WebAssembly.Module(empty)]) {
    await assert.rejects(init(source), argument("init", "Unexpected"));
    assert.throws(() => core.initSync(source), argument("init", "Unexpected"));
  }
  await Promise.all([init(), init()]);
  assert.equal(init(), init());
  core.initSync(new Uint8Array(8)); // it is there already
  assert.equal(core.version(), JSON.parse(readFileSync(new URL("../package.json", import.meta.url))).version);
});

test("where the module is ready, a source that fails is nobody's error", async () => {
  const failed = Promise.reject(new Error("offline"));
  await init(failed);
  await new Promise((resolve) => setImmediate(resolve)); // an unhandled rejection fails the test
});

test("what holds no text is refused soon, wherever it stands", () => {
  const began = performance.now();
  const long = "x".repeat(2 ** 25);
  const halves = ["a\ud800", Object("\udc00a")];
  for (const wrong of [new Uint8Array(1e7), new Float64Array(4)]) {
    assert.throws(() => new SignIn(options).handle({ Session: wrong }), TypeError);
    assert.throws(() => new SignIn({ ...options, ClientMetadata: { a: wrong } }), TypeError);
  }
  for (const wrong of [long, Object(long)]) {
    assert.throws(() => new SignIn(options).handle({ Session: wrong }), (error) => error.kind === "Reply" && error.problem === "TooLong");
    assert.throws(() => new SignIn({ ...options, Session: wrong }), argument("options", "TooLong"));
  }
  for (const half of halves) {
    assert.throws(() => new SignIn({ ...options, Username: half }), TypeError);
    assert.throws(() => new SignIn({ ...options, ClientMetadata: { [half]: "a" } }), TypeError);
  }
  assert.ok(performance.now() - began < 2000);
});

test("what is no error and no body of one is a mistake of the program", () => {
  const signIn = new SignIn(options);
  signIn.start();
  for (const wrong of [Promise.resolve({ __type: "x" }), new Map(), new Uint8Array(1), new Date()]) {
    assert.throws(() => signIn.refused(wrong), TypeError);
  }
});

test("wrong types are a TypeError, in every place, and name the parameter", () => {
  const challenged = () => {
    const signIn = new SignIn(options);
    signIn.start();
    signIn.handle(challenge, now);
    return signIn;
  };
  const b = new Uint8Array([2]);
  const places = {
    options: [except(isObject), (value) => new SignIn(value), (value) => new PasswordLogin(value), (value) => new DeviceLogin(value)],
    state: [except(isBytes), (value) => SignIn.restore(value, options)],
    output: [except(isObject), (value) => new SignIn(options).handle(value)],
    error: [[undefined, null, []], (value) => new SignIn(options).refused(value)],
    answer: [except(isText), (value) => challenged().answer(value)],
    userAttributes: [
      except(isObject, (value) => value == null),
      (value) => challenged().answer("a", { userAttributes: value }),
    ],
    device: [except(isObject, (value) => value == null), (value) => new SignIn(options).setDevice(value)],
    now: [
      except((value) => value === undefined, (value) => typeof value === "number", (value) => value instanceof Date),
      (value) => challenged().answer("a", { now: value }),
      (value) => new SignIn(options).handle({}, value),
      (value) => new PasswordLogin(options).claim(challenge, "p", value),
    ],
    challenge: [except(isObject), (value) => new PasswordLogin(options).claim(value, "p")],
    password: [except(isText), (value) => new PasswordLogin(options).claim(challenge, value), (value) => core.claimKey(b, b, b, "s", "n", value)],
    a: [
      except(isInteger, (value) => value == null),
      (value) => new PasswordLogin(options, value),
      (value) => new DeviceLogin({ ...options, Device: device }, value),
      (value) => core.computeS(value, b, b, b),
    ],
    base: [except(isInteger), (value) => core.modpow(value, b)],
    exponent: [except(isInteger), (value) => core.modpow(b, value)],
    u: [except(isInteger), (value) => core.computeS(b, b, value, b)],
    x: [except(isInteger), (value) => core.computeS(b, b, b, value)],
    serverPublic: [except(isInteger), (value) => core.computeS(b, value, b, b), (value) => core.claimKey(b, value, b, "s", "n", "p")],
    salt: [except(isInteger), (value) => core.claimKey(b, b, value, "s", "n", "p"), (value) => core.deviceVerifier("k", "g", "p", value)],
    deviceKey: [except(isText), (value) => core.enrollDevice(value, "g"), (value) => core.deviceVerifier(value, "g", "p", b)],
    deviceGroupKey: [except(isText), (value) => core.enrollDevice("k", value), (value) => core.deviceVerifier("k", value, "p", b)],
    devicePassword: [except(isText), (value) => core.deviceVerifier("k", "g", value, b)],
    username: [except(isText), (value) => core.secretHash(value, "i", "s")],
    clientId: [except(isText), (value) => core.secretHash("u", value, "s")],
    clientSecret: [except(isText), (value) => core.secretHash("u", "i", value)],
  };
  let tried = 0;
  for (const [name, [values, ...calls]] of Object.entries(places)) {
    for (const value of values) {
      for (const call of calls) {
        assert.throws(() => call(value), (error) => error instanceof TypeError && error.message.startsWith(`${name} is n`), `${name}: ${inspect(value)}`);
        tried++;
      }
    }
  }
  assert.ok(tried > 250, `${tried}`);
});

test("members of options: missing ones, unknown ones, and those of another type", () => {
  for (const name of ["UserPoolId", "ClientId", "Username"]) {
    assert.throws(() => new SignIn({ ...options, [name]: undefined }), argument(name, "Missing"));
    assert.throws(() => new SignIn({ ...options, [name]: null }), argument(name, "Missing"));
    assert.throws(() => new SignIn({ ...options, [name]: 5 }), argument(name, "Malformed"));
    assert.throws(() => new SignIn({ ...options, [name]: {} }), argument(name, "Malformed"));
  }
  assert.throws(() => new SignIn({ ...options, Usernane: "a" }), argument("Usernane in options", "Unknown"));
  assert.throws(() => new SignIn({ ...options, Device: { ...device, Extra: 1 } }), argument("Extra in Device", "Unknown"));
  assert.throws(() => new DeviceLogin(options), argument("Device", "Missing"));
  assert.throws(() => new SignIn({ ...options, RememberDevice: "yes" }), argument("RememberDevice", "Malformed"));
  assert.throws(() => new SignIn({ ...options, AuthFlow: "USER_SRP" }), argument("AuthFlow", "Unknown"));
});

test("a device that is none is refused by member, and the one before stays", () => {
  const signIn = new SignIn({ ...options, Device: device });
  const key = () => signIn.start().input.AuthParameters.DEVICE_KEY;
  assert.throws(() => signIn.setDevice({ ...device, DevicePassword: undefined }), argument("DevicePassword", "Missing"));
  assert.throws(() => signIn.setDevice({ ...device, DeviceKey: 5 }), argument("DeviceKey", "Malformed"));
  assert.throws(() => signIn.setDevice({ ...device, DeviceKey: "" }), argument("DeviceKey", "Empty"));
  assert.throws(() => signIn.setDevice({ ...device, Password: "x" }), argument("Password in Device", "Unknown"));
  assert.equal(key(), device.DeviceKey);
  for (const none of [undefined, null]) {
    signIn.setDevice(device);
    assert.equal(key(), device.DeviceKey);
    signIn.setDevice(none);
    assert.equal(key(), undefined);
  }
});

test("what cannot be JSON is a TypeError that repeats nothing of it", () => {
  const circular = { ...options };
  circular.Device = circular;
  const throwing = { ...options, toJSON: () => { throw new Error("hunter2"); } };
  for (const value of [circular, throwing, { ...options, ClientSecret: 1n }, { ...options, toJSON: () => undefined }]) {
    assert.throws(() => new SignIn(value), (error) => error instanceof TypeError && error.message === "options cannot be written as JSON");
  }
});

test("half of a surrogate pair is no text, and is not taken for another one", () => {
  const login = new PasswordLogin(options);
  assert.throws(() => login.claim(challenge, "pass\ud800word", now), { name: "TypeError", message: "password has half of a surrogate pair" });
  assert.throws(() => new SignIn({ ...options, Username: "a\udfff" }), TypeError);
  assert.ok(login.claim(challenge, "pass\u{1f511}word", now), "the pair is fine, and nothing was spent");
});

test("huge texts and integers are refused at once", () => {
  const huge = "x".repeat(1 << 28);
  const signIn = new SignIn(options);
  signIn.start();
  const bytes = new Uint8Array(1 << 28);
  const calls = {
    options: () => new SignIn({ ...options, Username: huge }),
    options_: () => new SignIn({ ...options, [huge]: "name" }),
    state: () => SignIn.restore(bytes, options),
    body: () => signIn.handle({ ...challenge, Session: huge }),
    body_: () => signIn.refused({ __type: "X", message: huge }),
    base: () => core.modpow(bytes, 1n),
    exponent: () => core.modpow(1n, 1n << 100_000_000n),
    username: () => core.secretHash(huge, "i", "s"),
    a: () => new PasswordLogin(options, bytes),
  };
  for (const [name, call] of Object.entries(calls)) {
    const began = performance.now();
    assert.throws(call, (error) => {
      assert.ok(error instanceof CognitoSrpError, `${name}: ${error}`);
      assert.equal(error.parameter, name.replace("_", ""));
      assert.equal(error.problem, "TooLong");
      assert.equal(error.kind, name.startsWith("body") ? "Reply" : "Argument");
      assert.ok(error.message.length < 200);
      return true;
    });
    const took = performance.now() - began;
    assert.ok(took < 3000, `${name}: ${took} ms`);
  }
  // A text of the size that is still taken across goes to where the parameter has a limit of its own.
  assert.throws(() => new SignIn({ ...options, Username: "x".repeat(1 << 20) }), argument("options", "TooLong"));
  assert.equal(signIn.handle(challenge, now).kind, "ask", "nothing of it has changed the sign-in");
});

test("integers: no negative ones, none beyond the limits, zeros in front are nothing", () => {
  assert.throws(() => core.modpow(-1n, 2n), argument("base", "OutOfRange"));
  assert.throws(() => core.modpow(2n, -1n), argument("exponent", "OutOfRange"));
  assert.throws(() => core.modpow((1n << 3072n) - 1n, 2n), argument("base", "OutOfRange"));
  assert.throws(() => core.modpow(2n, 1n << 8192n), argument("exponent", "TooLong"));
  assert.throws(() => core.computeS(1n, 0n, 1n, 1n), argument("B", "OutOfRange"));
  const power = (base, exponent) => BigInt(`0x${Buffer.from(core.modpow(base, exponent)).toString("hex")}`);
  assert.equal(power(3n, 5n), 243n);
  assert.equal(power(new Uint8Array([0, 0, 3]), new Uint8Array([0, 5])), 243n);
  assert.equal(power(0n, 5n), 0n);
  assert.equal(power(7n, 0n), 1n);
  assert.equal(core.modpow(2n, 2n).length, 384);
});

test("times: a Date, seconds, or none; those that cannot be written are refused", () => {
  const timestamp = (now) => new PasswordLogin(options).claim(challenge, password, now).ChallengeResponses.TIMESTAMP;
  assert.equal(timestamp(1730000000), timestamp(new Date(1730000000999)));
  assert.equal(timestamp(0.9), "Thu Jan 1 00:00:00 UTC 1970");
  assert.match(timestamp(), new RegExp(` ${new Date().getUTCFullYear()}$`));
  for (const never of [NaN, Infinity, -Infinity, 1e300, new Date(NaN)]) {
    assert.throws(() => timestamp(never), argument("now", "OutOfRange"), `${never}`);
  }
});

test("an object that was freed says so; freeing twice does not hurt", () => {
  const signIn = new SignIn(options);
  const [login, deviceLogin] = [new PasswordLogin(options), new DeviceLogin({ ...options, Device: device })];
  for (const object of [signIn, login, deviceLogin]) {
    object.free();
    object.free();
  }
  const calls = [
    () => signIn.start(),
    () => signIn.handle({}),
    () => signIn.refused({ __type: "X", message: "" }),
    () => signIn.answer("a"),
    () => signIn.question(),
    () => signIn.skipDevice(),
    () => signIn.setDevice(device),
    () => signIn.save(),
    () => login.srpA,
    () => login.claim(challenge, "p"),
    () => deviceLogin.srpA,
    () => deviceLogin.claim(challenge),
  ];
  for (const call of calls) assert.throws(call, argument("this", "Unexpected"));
});

test("bytes whose buffer was transferred, or that lie about their length, harm nobody", () => {
  const signIn = new SignIn(options);
  const state = signIn.save();
  structuredClone(state, { transfer: [state.buffer] }); // as when it is sent to a worker
  assert.throws(() => SignIn.restore(state, options), TypeError);
  assert.throws(() => core.modpow(state, 2n), TypeError);
  class Liar extends Uint8Array {
    get length() {
      return 1;
    }
  }
  const three = new Liar(400);
  three[399] = 3;
  assert.equal(BigInt(`0x${Buffer.from(core.modpow(three, 2n)).toString("hex")}`), 9n);
  assert.throws(() => core.modpow(Object.create(Uint8Array.prototype), 2n), TypeError);
  assert.equal(signIn.start().kind, "send", "the module goes on");
});

test("an empty `a` is none, and no `a` of 0", () => {
  const empty = new Uint8Array();
  assert.throws(() => new PasswordLogin(options, empty), argument("a", "Empty"));
  assert.throws(() => new DeviceLogin({ ...options, Device: device }, empty), argument("a", "Empty"));
  assert.throws(() => core.computeS(empty, 2n, 1n, 1n), argument("a", "Empty"));
  assert.throws(() => core.claimKey(empty, 2n, 1n, "s", "n", "p"), argument("a", "Empty"));
});

test("a subclass restores what was saved", () => {
  class Mine extends SignIn {
    constructor(options) {
      super({ ...options, RememberDevice: true });
    }
  }
  const signIn = new SignIn(options);
  signIn.start();
  signIn.handle(challenge, now);
  const restored = Mine.restore(signIn.save(), options);
  assert.ok(restored instanceof Mine);
  assert.equal(restored.question().question, "PASSWORD");
});

test("what was refused by somebody else than the service", () => {
  const begun = () => {
    const signIn = new SignIn(options);
    signIn.start();
    return signIn;
  };
  // Errors of the engine's, of another realm's too, and reasons of any kind are thrown on as they are.
  for (const reason of [new TypeError("fetch failed"), runInNewContext("new TypeError('fetch failed')"), new DOMException("no", "AbortError"), "user left", 7, false]) {
    assert.throws(() => begun().refused(reason), (thrown) => thrown === reason);
  }
  // What the SDK makes of a gateway's reply, to which it has no name.
  for (const name of ["Unknown", "UnknownError"]) {
    const error = Object.assign(new Error("UnknownError"), { name, $fault: "server", $metadata: { httpStatusCode: 503 } });
    assert.throws(() => begun().refused(error), (thrown) => thrown === error);
  }
  // A gateway's JSON is a reply that makes no sense.
  for (const body of [{ message: "Forbidden" }, {}, { __type: 7 }]) {
    assert.throws(() => begun().refused(body), (error) => error instanceof CognitoSrpError && error.kind === "Reply");
  }
  let deep = [];
  for (let i = 0; i < 100_000; i++) deep = [deep];
  const isTooDeep = (error) => error instanceof CognitoSrpError && error.kind === "Reply" && error.problem === "TooDeep";
  assert.throws(() => begun().handle({ Session: deep }), isTooDeep);
});

test("what goes with every request goes with the claim of a single step too", () => {
  const context = { ClientMetadata: { tenant: "a" }, UserContextData: { EncodedData: "e" }, AnalyticsMetadata: { AnalyticsEndpointId: "i" } };
  const { ClientMetadata, UserContextData, AnalyticsMetadata } = new PasswordLogin({ ...options, ...context }).claim(challenge, password, now);
  assert.deepEqual({ ClientMetadata, UserContextData, AnalyticsMetadata }, context);
  const adminOptions = { ...options, ClientMetadata, Admin: true, Device: device };
  const admin = new DeviceLogin(adminOptions).claim(deviceChallenge, now);
  assert.deepEqual([admin.UserPoolId, admin.ClientMetadata], [options.UserPoolId, ClientMetadata]);
  assert.throws(() => new DeviceLogin({ ...adminOptions, UserContextData }), argument("UserContextData", "Unexpected"));
});

test("a state is looked at behind the options, whose getters may take it away", () => {
  const other = new SignIn(options);
  const state = other.save();
  const taking = { ...options, get Username() { structuredClone(state.buffer, { transfer: [state.buffer] }); return "alice"; } };
  assert.throws(() => SignIn.restore(state, taking), TypeError);
  assert.equal(other.start().kind, "send", "the module goes on");
});

test("what has no members is no object, and costs nothing", () => {
  const signIn = new SignIn(options);
  signIn.start();
  const began = performance.now();
  for (const value of [new Uint8Array(1e8), new Map([["a", "b"]]), new Set(), Promise.resolve(challenge), new DataView(new ArrayBuffer(1))]) {
    assert.throws(() => signIn.handle(value), TypeError);
    assert.throws(() => new SignIn(value), TypeError);
    assert.throws(() => signIn.answer("a", { userAttributes: value }), TypeError);
  }
  assert.ok(performance.now() - began < 1000);
});

test("a value that JSON would leave out is a TypeError", () => {
  for (const lost of [NaN, -Infinity, () => 1, Symbol("s"), new Map([["a", "b"]]), new Set()]) {
    assert.throws(() => new SignIn({ ...options, Admin: lost }), TypeError);
    assert.throws(() => new SignIn({ ...options, ClientMetadata: { a: lost } }), TypeError);
    assert.throws(() => new SignIn(options).answer("a", { userAttributes: { email: lost } }), TypeError);
  }
  assert.throws(() => new SignIn({ ...options, ClientMetadata: new Map([["a", "b"]]) }), TypeError);
  assert.ok(new SignIn({ ...options, Admin: undefined, ClientMetadata: { a: undefined } }));
});

test("an array that its buffer has left behind is no integer", { skip: !("resize" in ArrayBuffer.prototype) && "no resizable buffers" }, () => {
  const buffer = new ArrayBuffer(400, { maxByteLength: 800 });
  const exponent = new Uint8Array(buffer, 100, 200);
  buffer.resize(150);
  assert.throws(() => core.modpow(3n, exponent), TypeError);
});

test("a call that was terminated stops the module, and says so", () => {
  const program = `
    import vm from "node:vm";
    import * as core from "cognito-srp-core";
    await core.init();
    globalThis.core = core;
    try { vm.runInThisContext("for (;;) core.modpow(3n, 1n << 8000n)", { timeout: 300 }); } catch (error) { console.log(error.code); }
    await undefined;
    try { core.version(); } catch (error) { console.log(error.name, error.kind, error.message); }`;
  const printed = execFileSync(process.execPath, ["--input-type=module", "--eval", program], { cwd: import.meta.dirname, encoding: "utf8" });
  assert.deepEqual(printed.trim().split("\n"), ["ERR_SCRIPT_EXECUTION_TIMEOUT", "CognitoSrpError Machine the module stopped at an earlier call"]);
});

test("where the stack ends, nothing has begun, or the module stops and says so", () => {
  // Without an optimiser, whose frames are of another size at each call.
  const printed = execFileSync(process.execPath, ["--no-opt", "stack.mjs"], { cwd: import.meta.dirname, encoding: "utf8" });
  const [whole, none, stopped] = ["ok, then ok", "RangeError, then ok", "Machine: the module stopped: RangeError, then Machine: the module stopped at an earlier call"];
  for (const name of ["call", "free"]) {
    const seen = printed.split("\n").filter((line) => line.startsWith(name)).map((line) => line.slice(name.length + 2));
    assert.ok([whole, none].every((expected) => seen.includes(expected)), printed);
    assert.deepEqual(seen.filter((line) => ![whole, none, stopped].includes(line)), []);
  }
});

test("init and initSync do not take one another's place", () => {
  const program = (then) => `
    import { readFileSync } from "node:fs";
    import * as core from "cognito-srp-core";
    const wasm = readFileSync(${JSON.stringify(fileURLToPath(import.meta.resolve("cognito-srp-core/cognito_srp_core.wasm")))});
    ${then}`;
  const run = (then) => execFileSync(process.execPath, ["--input-type=module", "--eval", program(then)], { cwd: import.meta.dirname, encoding: "utf8" }).trim();
  const during = `
    const loading = core.init(wasm);
    let problem;
    try { core.initSync(wasm); } catch (error) { problem = [error.name, error.parameter, error.problem].join(); }
    await loading;
    console.log(problem, core.kernel());`;
  assert.equal(run(during), "CognitoSrpError,init,Unexpected Simd128");
  const after = `core.initSync(wasm); await core.init(new URL("file:///nowhere")); console.log(core.kernel());`;
  assert.equal(run(after), "Simd128");
});

test("`using` frees, where the engine knows it", { skip: Symbol.dispose === undefined && "no Symbol.dispose" }, () => {
  const signIn = new SignIn(options);
  signIn[Symbol.dispose]();
  assert.throws(() => signIn.start(), argument("this", "Unexpected"));
});

test("methods are for objects of their class", () => {
  for (const imposter of [{}, Object.create(SignIn.prototype), undefined]) {
    assert.throws(() => SignIn.prototype.start.call(imposter), TypeError);
    assert.throws(() => SignIn.prototype.free.call(imposter), TypeError);
  }
  assert.throws(() => SignIn(options), TypeError);
  const login = new PasswordLogin(options);
  assert.throws(() => SignIn.prototype.start.call(login), TypeError);
  assert.throws(() => DeviceLogin.prototype.claim.call(login, challenge, now), TypeError);
  assert.ok(login.srpA, "nothing has stopped");
});

test("a call that is not awaited, and one after the end", () => {
  const signIn = new SignIn(options);
  assert.throws(() => signIn.answer(password), argument("answer", "Unexpected"));
  assert.equal(signIn.question(), undefined);
  assert.equal(signIn.skipDevice(), undefined);
  signIn.start();
  signIn.handle(challenge, now);
  signIn.answer(password, { now });
  assert.equal(signIn.handle(tokens, now).kind, "done");
  signIn.setDevice(device);
  assert.equal(signIn.question(), undefined, "a device is for the next start()");
  for (const call of [() => signIn.handle(tokens), () => signIn.answer(password), () => signIn.refused({ __type: "X", message: "" })]) {
    assert.throws(call, (error) => error instanceof CognitoSrpError && error.problem === "Unexpected");
  }
});

test("a login makes one claim; a challenge that cannot be read spends nothing", () => {
  const login = new PasswordLogin(options);
  for (const other of [{}, deviceChallenge, { ...challenge, ChallengeName: "SMS_MFA" }]) {
    assert.throws(() => login.claim(other, password, now), (error) => error.kind === "Reply");
  }
  assert.equal(login.claim(challenge, password, now).ChallengeName, "PASSWORD_VERIFIER");
  assert.throws(() => login.claim(challenge, password, now), argument("login", "Unexpected"));
});

test("a saved state that is damaged, or another's, is refused", () => {
  const signIn = new SignIn(options);
  signIn.start();
  const state = signIn.save();
  for (let at = 0; at < state.length; at += 7) {
    for (const damaged of [state.slice(0, at), state.map((byte, i) => (i === at ? byte ^ 0x80 : byte))]) {
      try {
        SignIn.restore(damaged, options).free();
      } catch (error) {
        assert.ok(error instanceof CognitoSrpError && error.kind === "Argument", `${error}`);
      }
    }
  }
  assert.throws(() => SignIn.restore(state, { ...options, ClientId: "another" }), CognitoSrpError);
});

test("a reply of any shape is an error of the reply or a step, never anything else", () => {
  let seed = 1;
  const random = (below) => ((seed = (seed * 48271) % 2147483647) % below);
  const values = [null, true, -1, 0.5, 1e400, "", "text", "\u0000", [], {}, [[[[[]]]]], { a: {} }, "PASSWORD_VERIFIER", challenge.ChallengeParameters];
  const keys = ["ChallengeName", "ChallengeParameters", "Session", "AuthenticationResult", "SRP_B", "SALT", "SecretCode", "Status", "x"];
  const made = (depth) => {
    const members = Array.from({ length: random(5) }, () => [
      keys[random(keys.length)],
      depth && random(2) ? made(depth - 1) : values[random(values.length)],
    ]);
    return Object.fromEntries(members);
  };
  for (let i = 0; i < 3000; i++) {
    const signIn = new SignIn(options);
    signIn.start();
    try {
      assert.match(signIn.handle(made(3), now).kind, /^(send|ask|done)$/);
    } catch (error) {
      assert.ok(error instanceof CognitoSrpError && error.kind === "Reply", inspect(error));
    }
    signIn.free();
  }
});

test("a call from within another one is refused, and the first goes on", () => {
  const signIn = new SignIn(options);
  const real = crypto.getRandomValues;
  const seen = [];
  crypto.getRandomValues = function (bytes) {
    for (const call of [() => signIn.start(), () => signIn.setDevice(device), () => signIn.free(), () => core.modpow(2n, 2n), () => new SignIn(options)]) {
      try {
        call();
      } catch (error) {
        seen.push(error);
      }
    }
    return real.call(crypto, bytes);
  };
  try {
    assert.equal(signIn.start().kind, "send");
  } finally {
    crypto.getRandomValues = real;
  }
  assert.ok(seen.length >= 5);
  for (const error of seen) assert.ok(error instanceof CognitoSrpError && error.problem === "Unexpected", `${error}`);
  assert.equal(signIn.handle(challenge, now).kind, "ask");
});

test("a machine without random bytes is an error of the machine, and can be tried again", () => {
  const signIn = new SignIn(options);
  const real = crypto.getRandomValues;
  crypto.getRandomValues = () => { throw new Error("none"); };
  try {
    assert.throws(() => signIn.start(), (error) => error instanceof CognitoSrpError && error.kind === "Machine");
  } finally {
    crypto.getRandomValues = real;
  }
  assert.equal(signIn.start().kind, "send");
});

test("workers have modules of their own, and objects do not cross", async () => {
  const signIn = new SignIn(options);
  const program = `
    import { parentPort, workerData } from "node:worker_threads";
    import { SignIn, init } from "cognito-srp-core";
    await init();
    const { options, challenge, password, now, tokens } = workerData;
    for (let i = 0; i < 3; i++) {
      const signIn = new SignIn(options);
      signIn.start();
      signIn.handle(challenge, now);
      signIn.answer(password, { now });
      parentPort.postMessage(signIn.handle(tokens, now).kind);
    }`;
  // A module of its own folder, so that the package is found by name.
  const file = new URL("./worker.tmp.mjs", import.meta.url);
  const { writeFileSync, unlinkSync } = await import("node:fs");
  writeFileSync(file, program);
  try {
    const ended = await Promise.all(
      [1, 2].map(() => {
        const worker = new Worker(file, { workerData: { options, challenge, password, now, tokens } });
        const kinds = [];
        return new Promise((resolve, reject) => {
          worker.on("message", (kind) => kinds.push(kind)).on("error", reject).on("exit", () => resolve(kinds));
        });
      }),
    );
    assert.deepEqual(ended, [["done", "done", "done"], ["done", "done", "done"]]);
  } finally {
    unlinkSync(file);
  }
  // What arrives on the other side of a clone has nothing of the object.
  assert.deepEqual(Object.keys(structuredClone(signIn)), []);
});

test("where memory ends, the module stops with an error of the machine, and says so from then on", () => {
  const program = `
    import load from "./wasm/cognito_srp_core.js";
    import { SignIn, init } from "cognito-srp-core";
    await init();
    const options = ${JSON.stringify(options)};
    const held = new SignIn(options);
    const { memory } = await load();
    for (const pages of [1024, 1]) while (true) { try { memory.grow(pages); } catch { break; } }
    for (let i = 0; i < 2; i++) {
      try { new SignIn({ ...options, Username: "x".repeat(1 << 20) }); } catch (error) { console.log(error.name, error.kind); }
    }
    held.free();`;
  const out = execFileSync(process.execPath, ["--input-type=module", "--eval", program], { cwd: new URL("..", import.meta.url), encoding: "utf8" });
  assert.equal(out, "CognitoSrpError Machine\nCognitoSrpError Machine\n");
});
