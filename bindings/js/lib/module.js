// A WebAssembly module of this package: loaded once, and at work at one call at a time.

import { CognitoSrpError, misuse } from "./error.js";

/** How every WebAssembly begins. */
const MAGIC = [0x00, 0x61, 0x73, 0x6d];

export class Module {
  #glue;
  #isOurs;
  #loading;
  #ready = false;
  #stopped = false;
  #busy = false;
  #watched = false;

  /** `glue` is what wasm-bindgen has written; `isOurs` says of the names that a module exports whether it goes with that. */
  constructor(glue, isOurs) {
    this.#glue = glue;
    this.#isOurs = isOurs;
  }

  /** Loads the module from `source`, or else from where `locate` says, once; after a failure it can be tried again. */
  init(source, locate) {
    // Where it is not needed any more, nobody else sees that it failed.
    if (source instanceof Promise) source.catch(() => {});
    if (this.#ready) this.#loading ??= Promise.resolve();
    this.#loading ??= Promise.resolve()
      .then(() => source ?? locate())
      .then(compiled)
      .then((module) => this.#glue.default({ module_or_path: this.#checked(module) }))
      .then(
        () => {
          this.#ready = true;
        },
        (error) => {
          this.#loading = undefined;
          throw error;
        },
      );
    return this.#loading;
  }

  /** Loads the module from bytes or a WebAssembly.Module that is at hand. */
  initSync(source) {
    if (this.#ready) return;
    // It would come later and take the place of this one, with objects in use.
    if (this.#loading) throw misuse("init", "init() is under way: await it");
    const isModule = source instanceof WebAssembly.Module;
    if (!isModule) refusePage(source);
    this.#glue.initSync({ module: this.#checked(isModule ? source : new WebAssembly.Module(source)) });
    this.#ready = true;
  }

  /** Another module would stay, and take the place of the right one. */
  #checked(module) {
    const names = WebAssembly.Module.exports(module).map(({ name }) => name);
    if (!this.#isOurs(names)) throw misuse("init", "this is not the module of this package");
    return module;
  }

  /** Calls into the wasm, where one call is at work at a time. */
  call(operation) {
    if (!this.#ready) throw misuse("init", "the module is not ready: `await init()` comes first");
    if (this.#stopped) throw new CognitoSrpError("Machine", "the module stopped at an earlier call");
    if (this.#busy) throw misuse("call", "a call from within another call");
    return this.#run(operation);
  }

  /** Frees an object of the wasm, if there is one. */
  free(object) {
    if (this.#busy) throw misuse("free", "a call from within another call");
    if (!this.#stopped) this.#run(() => object?.free());
  }

  #run(operation) {
    // First: where there is no stack even for this, nothing has begun.
    this.#watch();
    this.#busy = true;
    try {
      return operation();
    } catch (error) {
      if (error instanceof CognitoSrpError) throw error;
      // A trap, or an engine that has no more stack: whatever was under way is left undone.
      this.#stopped = true;
      throw new CognitoSrpError("Machine", `the module stopped: ${error?.name}`);
    } finally {
      this.#busy = false;
    }
  }

  /**
   * Looks whether a call has come to its end, as soon as it must have. One that was terminated, by a time limit of node:vm or by
   * Ctrl-C, runs no `finally`, and has left the module in the middle of something.
   */
  #watch() {
    if (this.#watched) return;
    queueMicrotask(() => {
      this.#watched = false;
      this.#stopped ||= this.#busy;
      this.#busy = false;
    });
    this.#watched = true;
  }
}

/** A module of what `init` was given: an address, a response, bytes, or the module itself. */
async function compiled(source) {
  const isAddress = typeof source === "string" || [globalThis.URL, globalThis.Request].some((kind) => kind && source instanceof kind);
  const found = isAddress ? await fetch(source) : source;
  const isResponse = globalThis.Response && found instanceof Response;
  if (isResponse && !found.ok) throw misuse("init", `the module is not there: HTTP status ${found.status}`);
  const given = isResponse ? await found.arrayBuffer() : found;
  if (given instanceof WebAssembly.Module) return given;
  refusePage(given);
  return WebAssembly.compile(given);
}

/** A page that has come in place of the module is not to look like an engine that is too old for it. */
function refusePage(bytes) {
  if (!ArrayBuffer.isView(bytes) && !(bytes instanceof ArrayBuffer)) return; // the engine's own TypeError says it better
  const begin = ArrayBuffer.isView(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new Uint8Array(bytes);
  if (MAGIC.some((byte, at) => begin[at] !== byte)) throw misuse("init", "this is no WebAssembly");
}
