// The package as somebody gets it who installs it: `npm pack`, unpacked elsewhere.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "cognito-srp-"));
after(() => rmSync(folder, { recursive: true }));

const [{ filename, files }] = JSON.parse(
  execFileSync("npm", ["pack", "--json", "--pack-destination", folder], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
);
const installed = join(folder, "node_modules", "cognito-srp-core");
mkdirSync(installed, { recursive: true });
execFileSync("tar", ["-xzf", join(folder, filename), "--strip-components=1", "-C", installed]);

const run = (type, program) =>
  execFileSync(process.execPath, [`--input-type=${type}`, "--eval", program], { cwd: folder, encoding: "utf8" }).trim();

test("it has what it needs, and nothing else", () => {
  assert.deepEqual(
    files.map(({ path }) => path).toSorted(),
    [
      "README.md", "arithmetic.d.ts", "examples/faster_identity_js.mjs", "index.d.ts", "lib/arithmetic-browser.js", "lib/arithmetic-core.js", "lib/arithmetic-module.js",
      "lib/arithmetic-node.js", "lib/arithmetic.js", "lib/browser.js", "lib/core-module.js", "lib/core.js", "lib/error.js", "lib/module.js", "lib/node.js", "lib/values.js", "package.json",
      "wasm.d.ts", "wasm/arithmetic.js", "wasm/arithmetic_bg.wasm", "wasm/cognito_srp_core.js", "wasm/cognito_srp_core_bg.wasm",
    ],
  );
});

test("it does not tell where it was built", () => {
  for (const name of ["cognito_srp_core", "arithmetic"]) {
    const wasm = readFileSync(join(installed, `wasm/${name}_bg.wasm`), "latin1");
    for (const place of [root, process.env.HOME, "/rustc/", "registry/src"]) assert.ok(!wasm.includes(place), `${name}: ${place}`);
  }
});

test("it is imported by modules, and by CommonJS", () => {
  const uses = "core.init().then(() => console.log(core.version()))";
  const { version } = JSON.parse(readFileSync(join(installed, "package.json")));
  assert.equal(run("module", `import * as core from "cognito-srp-core"; ${uses}`), version);
  assert.equal(run("commonjs", `import("cognito-srp-core").then((core) => ${uses})`), version);
  assert.equal(run("module", `import * as core from "cognito-srp-core/arithmetic"; ${uses}`), version);
});

test("it exports what its types declare, and nothing else", () => {
  for (const [types, entry] of [["index", "cognito-srp-core"], ["arithmetic", "cognito-srp-core/arithmetic"]]) {
    const declared = readFileSync(join(installed, `${types}.d.ts`), "utf8");
    const named = Array.from(declared.matchAll(/^export (?:function|class) (\w+)/gm), ([, name]) => name);
    const handedOn = declared.match(/^export \{([^}]*)\}/m)?.[1].match(/(?<!type )\b[\w]+(?=,|\s*$)/g) ?? [];
    for (const condition of ["node", "browser"]) {
      const found = execFileSync(process.execPath, ["--conditions", condition, "--input-type=module", "--eval", `console.log(Object.keys(await import("${entry}")).join())`], { cwd: folder, encoding: "utf8" });
      assert.deepEqual(found.trim().split(",").toSorted(), [...named, ...handedOn].toSorted(), `${entry}, ${condition}`);
    }
  }
});

test("it is required by CommonJS, where Node can", { skip: !process.features.require_module && "this Node cannot" }, () => {
  assert.match(run("commonjs", `const core = require("cognito-srp-core"); core.init().then(() => console.log(core.kernel()))`), /Simd128$/);
});

test("where there is no file system, the bytes are passed", () => {
  const program = `
    import { readFileSync } from "node:fs";
    import { fileURLToPath } from "node:url";
    import { initSync, kernel } from "cognito-srp-core";
    initSync(readFileSync(fileURLToPath(import.meta.resolve("cognito-srp-core/cognito_srp_core.wasm"))));
    console.log(kernel());`;
  assert.equal(run("module", program), "Simd128");
  const alone = program.replace('"cognito-srp-core"', '"cognito-srp-core/arithmetic"').replace("cognito_srp_core.wasm", "arithmetic.wasm");
  assert.equal(run("module", alone), "Simd128");
});

// V8 has vectors where the CPU has SSE 4.1, or would have.
test("where the engine has no vectors, init fails", { skip: process.arch !== "x64" && "only there can they be taken away" }, () => {
  const program = `import("cognito-srp-core").then(({ init }) => init()).catch((error) => console.log(error instanceof WebAssembly.CompileError))`;
  const args = ["--no-enable-sse4-1", "--input-type=commonjs", "--eval", program];
  assert.equal(execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8" }).trim(), "true");
});
