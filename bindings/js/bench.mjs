// What a whole sign-in costs: `node bench.mjs N FILE` prints the nanoseconds of N of them as a JSON array.

import { readFileSync } from "node:fs";
import { SignIn, init } from "cognito-srp-core";

const [logins, file] = process.argv.slice(2);
const { options, challenge, password, now, tokens } = JSON.parse(readFileSync(file, "utf8"));

function login() {
  const began = process.hrtime.bigint();
  const signIn = new SignIn(options);
  signIn.start();
  signIn.handle(challenge, now);
  signIn.answer(password, { now });
  const { kind } = signIn.handle(tokens, now);
  signIn.free();
  const took = process.hrtime.bigint() - began;
  if (kind !== "done") throw new Error(`a login ended in ${kind}`);
  return Number(took);
}

await init();
for (let i = 0; i < 20; i++) login(); // the engine compiles what it has seen a few times
console.log(JSON.stringify(Array.from({ length: Number(logins) }, login)));
