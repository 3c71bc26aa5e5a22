// The arithmetic alone, beside the module that has all operations. That the two compute the same, ./driver.mjs sees for each vector.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as core from "cognito-srp-core";
import * as alone from "cognito-srp-core/arithmetic";
import load from "../wasm/arithmetic.js";

const wasm = (name) => readFileSync(fileURLToPath(import.meta.resolve(`cognito-srp-core/${name}.wasm`)));
const argument = (parameter, problem) => ({ name: "CognitoSrpError", kind: "Argument", parameter, problem });

test("before init a call says so, and afterwards it computes; the other module is not ready by that", async () => {
  assert.throws(() => alone.modpow(2n, 2n), argument("init", "Unexpected"));
  await alone.init();
  assert.equal(alone.modpow(2n, 10n).at(-2), 4);
  assert.throws(() => core.modpow(2n, 10n), argument("init", "Unexpected"));
  await core.init();
  assert.deepEqual(core.modpow(3n, 1n << 1000n), alone.modpow(3n, 1n << 1000n));
});

test("it has the functions of the arithmetic, and no others", () => {
  const names = ["CognitoSrpError", "claimKey", "computeS", "deviceVerifier", "init", "initSync", "kernel", "modpow", "version"];
  assert.deepEqual(Object.keys(alone).toSorted(), names);
  assert.equal(alone.CognitoSrpError, core.CognitoSrpError);
  assert.deepEqual([alone.version(), alone.kernel()], [core.version(), core.kernel()]);
});

const address = (bytes) => `data:application/wasm;base64,${bytes.toString("base64")}`;
const sources = {
  bytes: (bytes) => bytes,
  "a module": (bytes) => new WebAssembly.Module(bytes),
  "a response": (bytes) => new Response(bytes),
  "an address": (bytes) => address(bytes),
  "a URL": (bytes) => new URL(address(bytes)),
  "a promise of a response": (bytes) => fetch(address(bytes)),
};
const entries = { "cognito-srp-core": "cognito_srp_core", "cognito-srp-core/arithmetic": "arithmetic" };

const modules = { "cognito-srp-core": "../lib/core-module.js", "cognito-srp-core/arithmetic": "../lib/arithmetic-module.js" };

/** The entry's module, as a program has it that begins. */
const anew = async (entry, times) => (await import(`${modules[entry]}?${times}`)).module;

test("each module is refused by the other's init, however it comes, and the right one can follow", async () => {
  let times = 0;
  for (const [entry, name] of Object.entries(entries)) {
    const other = Object.values(entries).find((other) => other !== name);
    for (const [kind, source] of Object.entries(sources)) {
      const module = await anew(entry, times++);
      await assert.rejects(module.init(source(wasm(other))), argument("init", "Unexpected"), `${entry}: ${kind}`);
      assert.throws(() => module.initSync(wasm(other)), argument("init", "Unexpected"));
      assert.throws(() => module.call(() => "ready"), argument("init", "Unexpected"));
      await module.init(source(wasm(name)));
      assert.equal(module.call(() => "ready"), "ready");
    }
  }
});

test("what it was given is gone from its memory", async () => {
  await alone.init();
  const { memory } = await load();
  const password = "corréct horse battery staple";
  const found = () => Buffer.from(memory.buffer).includes(Buffer.from(password).subarray(0, 12));
  alone.claimKey(crypto.getRandomValues(new Uint8Array(64)), 5n, 7n, "TestPool1", "alice", password);
  assert.equal(found(), false);
  // The search finds what is there.
  new Uint8Array(memory.buffer).set(Buffer.from(password), memory.buffer.byteLength - 64);
  assert.equal(found(), true);
});

test("it is less than a third of the other module", () => {
  const [own, other] = ["arithmetic", "cognito_srp_core"].map((name) => gzipSync(wasm(name), { level: 9 }).length);
  assert.ok(own < other / 3, `${own} of ${other} bytes`);
});
