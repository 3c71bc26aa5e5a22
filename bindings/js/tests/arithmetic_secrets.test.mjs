// What is computed from a password must not stay in the memory of either module: g^x, by which passwords can be tried without the service.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as core from "cognito-srp-core";
import * as alone from "cognito-srp-core/arithmetic";
import loadAlone from "../wasm/arithmetic.js";
import loadCore from "../wasm/cognito_srp_core.js";

const { options, challenge, password, now } = JSON.parse(readFileSync(new URL("../../login.json", import.meta.url), "utf8"));
const [constants] = JSON.parse(readFileSync(new URL("../../../test-vectors/constants.json", import.meta.url), "utf8")).vectors;
const N = BigInt(`0x${constants.n}`);

function power(base, exponent) {
  let result = 1n;
  for (const bit of exponent.toString(2)) result = (((result * result) % N) * (bit === "1" ? base : 1n)) % N;
  return result;
}

const hash = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const integer = (bytes) => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);

/** x of RFC 5054 as Cognito has it: a salt whose first bit is set has a zero in front. */
function x(salt, scope, name, password) {
  const signed = salt[0] >= 0x80 ? [Buffer.from([0]), salt] : [salt];
  return hash(...signed, hash(`${scope}${name}:${password}`));
}

/** How the kernel and its callers write a number down: in words, and as an element, in two digits of 14 bits, in Montgomery form or not. */
function* written(value) {
  const words = Buffer.alloc(392);
  for (let i = 0, rest = value; i < words.length; i++, rest >>= 8n) words[i] = Number(rest & 255n);
  yield words;
  const inForm = (value << 3136n) % N;
  for (const element of [value, value + N, inForm, inForm + N]) {
    const digits = Buffer.alloc(4 * 112);
    for (let i = 0, rest = element; i < 224; i++, rest >>= 14n) digits.writeUInt16LE(Number(rest & 0x3fffn), 2 * i);
    yield digits;
  }
}

/** How many bytes of that number are somewhere in the memory, in pieces of 16. */
function found(memory, value) {
  const bytes = Buffer.from(memory.buffer);
  const pieces = (text) => Array.from({ length: 24 }, (_, i) => text.subarray(16 * i, 16 * i + 16));
  return Math.max(...[...written(value)].map((text) => 16 * pieces(text).filter((piece) => bytes.includes(piece)).length));
}

const [salt, a] = [hash("salt").subarray(0, 16), hash("a")];
const device = { key: "us-east-2_6ec2f461-6364-44c4-aa42-2f0acaaaf6e8", groupKey: "-63i1vgZ7h" };

for (const [name, module, load] of [["all operations", core, loadCore], ["the arithmetic alone", alone, loadAlone]]) {
  test(`${name}: neither g^x nor S is left`, async () => {
    await module.init();
    const { memory } = await load();
    const exponent = x(salt, "TestPool1", "alice", password);
    const verifier = power(2n, integer(exponent));

    const s = integer(module.computeS(a, 5n, 7n, exponent));
    assert.deepEqual([found(memory, verifier), found(memory, s)], [0, 0], "computeS");
    module.claimKey(a, 5n, salt, "TestPool1", "alice", password);
    assert.equal(found(memory, verifier), 0, "claimKey");
    for (const bytes of [32, 64, 128, 129, 1024]) {
      const power = integer(module.modpow(2n, Buffer.alloc(bytes, exponent)));
      assert.equal(found(memory, power), 0, `modpow with ${bytes} bytes`);
    }
    const { PasswordVerifier } = module.deviceVerifier(device.key, device.groupKey, password, salt);
    assert.equal(found(memory, integer(Buffer.from(PasswordVerifier, "base64"))), 0, "deviceVerifier");

    // The search finds each form, wherever it is.
    for (const form of written(verifier)) {
      new Uint8Array(memory.buffer).set(form, 4096);
      assert.ok(found(memory, verifier) >= 384);
      new Uint8Array(memory.buffer).fill(0, 4096, 4096 + form.length);
    }
    assert.equal(found(memory, verifier), 0);
  });
}

test("a sign-in leaves no g^x", async () => {
  const { memory } = await loadCore();
  const { SALT, USER_ID_FOR_SRP } = challenge.ChallengeParameters;
  const salt = Buffer.from(SALT.padStart(SALT.length + (SALT.length % 2), "0"), "hex");
  const verifier = power(2n, integer(x(salt, options.UserPoolId.split("_")[1], USER_ID_FOR_SRP, password)));
  const signIn = new core.SignIn(options);
  signIn.start();
  signIn.handle(challenge, now);
  signIn.answer(password, { now });
  assert.equal(found(memory, verifier), 0);
  signIn.free();
});
