// What a bundler or an engine makes of the file, for `init` and `initSync`.

declare const wasm: import("./index.js").WasmSource;
export default wasm;
