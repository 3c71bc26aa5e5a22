// What the tests against real pools share: the loop that every program has, and the person in front of it.

import { createHmac } from "node:crypto";
import * as sdk from "@aws-sdk/client-cognito-identity-provider";

/** AWS's own client, for a pool on this machine. */
export function awsClient(endpoint) {
  return new sdk.CognitoIdentityProviderClient({
    region: "us-east-1",
    endpoint,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
}

/**
 * Goes on with a sign-in from a step to its end. `person` has an answer for each question, or a function of the step. What came over
 * the wire is noted in `trail`.
 */
export async function finish(client, signIn, person, { step = signIn.start(), trail = [] } = {}) {
  while (step.kind !== "done") {
    if (step.kind === "ask") {
      const answer = person[step.question];
      if (answer === undefined) throw new Error(`the pool asks for ${step.question}`);
      const given = typeof answer === "function" ? answer(step) : answer;
      step = typeof given === "string" ? signIn.answer(given) : signIn.answer(given.answer, given);
    } else {
      step = await send(client, signIn, step, trail);
    }
  }
  return { ...step, trail };
}

/** Sends one request, and takes what comes of it. */
export async function send(client, signIn, step, trail = []) {
  let output;
  try {
    output = await client.send(new sdk[`${step.operation}Command`](step.input));
  } catch (error) {
    trail.push(error.name);
    return signIn.refused(error);
  }
  trail.push(output.ChallengeName ?? (output.AuthenticationResult ? "tokens" : step.operation));
  return signIn.handle(output);
}

/** RFC 6238 with its usual parameters: SHA-1, 30 seconds, 6 digits. */
export function totp(base32, now = Date.now()) {
  const bits = [...base32].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  const code = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff;
  return String(code % 1_000_000).padStart(6, "0");
}
