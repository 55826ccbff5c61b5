// The runtime's module, which its package exports without types.

declare module 'onnxruntime-web/ort-wasm-simd-threaded.mjs' {
  const factory: import('./heap-module.ts').HeapModuleFactory;
  export default factory;
}
