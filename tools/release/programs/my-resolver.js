import { defineResolver } from "@durar/resolver-kit";

// A resolver as an author starts one.
const vault = new Map([["db/password", "correct horse"]]);
await defineResolver({ name: "my-resolver", resolveOne: (id) => vault.get(id) }).run();
