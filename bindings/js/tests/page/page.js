// Signs in from a page, with nothing but `fetch`, while a timer of 60 Hz watches how long the page cannot do anything else.

import * as arithmetic from "/lib/arithmetic-browser.js";
import { CognitoSrpError, SignIn, init } from "/lib/browser.js";

const pool = { UserPoolId: "us-east-1_TestPool1", ClientId: "testclient" };

/** Signs in to the end; `person` has an answer for each question. Returns the outcome, and the longest single call. */
async function finish(endpoint, options, person) {
  let longest = 0;
  const timed = (call) => {
    const began = performance.now();
    try {
      return call();
    } finally {
      longest = Math.max(longest, performance.now() - began);
    }
  };
  const signIn = new SignIn({ ...pool, ...options });
  let step = timed(() => signIn.start());
  while (step.kind !== "done") {
    if (step.kind === "ask") {
      const answer = person[step.question];
      step = timed(() => signIn.answer(answer));
    } else {
      const headers = { "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": step.target };
      const response = await fetch(endpoint, { method: "POST", headers, body: JSON.stringify(step.input) });
      const body = await response.json();
      step = timed(() => (response.ok ? signIn.handle(body) : signIn.refused(body)));
    }
  }
  signIn.free();
  return { ...step, longest };
}

/** The longest time between two ticks while `work` is done. */
async function watched(work) {
  let [last, gap] = [performance.now(), 0];
  const tick = () => {
    const now = performance.now();
    [last, gap] = [now, Math.max(gap, now - last)];
  };
  const timer = setInterval(tick, 1000 / 60);
  try {
    return { ...(await work()), gap };
  } finally {
    clearInterval(timer);
  }
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What the test asks for. */
window.signIn = async (endpoint, options, person) => {
  await init();
  try {
    return await watched(async () => {
      const outcome = await finish(endpoint, options, person);
      await pause(50); // so that a tick follows the last call
      return outcome;
    });
  } catch (error) {
    return { error: error instanceof CognitoSrpError ? { kind: error.kind, ...error.refused } : { message: `${error}` } };
  }
};
window.power = async (exponent) => {
  await arithmetic.init();
  return Array.from(arithmetic.modpow(2n, BigInt(exponent)));
};
window.idle = () => watched(() => pause(300).then(() => ({})));
