/** The one hash that is used, without the twenty others of the package's door. */
declare module "hash-wasm/dist/argon2.umd.min.js" {
  export { argon2id } from "hash-wasm";
}
