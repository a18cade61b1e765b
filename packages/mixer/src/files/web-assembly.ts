/** What is used of WebAssembly, whose types TypeScript has for browsers only. */
interface WebAssemblyApi {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: unknown };
}

/** The memory of a module; `grow` puts another buffer in place of the one there was. */
export interface WebAssemblyMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): void;
}

/** A module of its own memory, of its code as base64. */
export function instantiate<Exports>(code: string): Exports & { readonly memory: WebAssemblyMemory } {
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
  return new Instance(new Module(Buffer.from(code, 'base64'))).exports as Exports & { readonly memory: WebAssemblyMemory };
}
