// Run by ./misuse.test.mjs: calls where the stack is about to end, from ever deeper, each of a module of its own. Prints what came of them.

import { Module } from "../lib/module.js";

const empty = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));

/** Calls from below so many frames, and as many more as `wide` has elements: two kinds, of different size. */
const down = (frames, wide, call) => (frames > 0 ? down(frames - 1, wide, call) : wide.length ? down(0, wide.slice(1), call) : call());

const outcome = (call) => {
  try {
    return call();
  } catch (error) {
    return error.kind ? `${error.kind}: ${error.message}` : error.name;
  }
};

/** What a call, or a `free`, comes to that has so little stack; and what the next call comes to. */
async function trial(frames, wide, begin) {
  const module = new Module({ default: async () => ({}) }, () => true);
  await module.init(empty);
  const first = outcome(() => down(frames, wide, () => begin(module)));
  await new Promise((resolve) => setImmediate(resolve));
  return `${first}, then ${outcome(() => module.call(() => "ok"))}`;
}

const work = () => down(3, [], () => "ok");
const calls = {
  call: (module) => module.call(work),
  free: (module) => (module.free({ free: work }), "ok"),
};

for (const [name, begin] of Object.entries(calls)) {
  let [enough, tooMany] = [10, 1 << 17];
  while (tooMany - enough > 1) {
    const middle = (enough + tooMany) >> 1;
    if ((await trial(middle, [], begin)).startsWith("ok")) enough = middle;
    else tooMany = middle;
  }
  const seen = new Set();
  for (let frames = enough - 10; frames < enough + 20; frames++) {
    for (let wide = 0; wide < 4; wide++) seen.add(await trial(frames, Array(wide).fill(0), begin));
  }
  for (const each of [...seen].toSorted()) console.log(`${name}: ${each}`);
}
