// Exact name, not "*.wasm": the package ships a photon_rs_bg.wasm.d.ts that would win over a pattern.
declare module "@cf-wasm/photon/photon.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
