import { packageRules } from "../../eslint.shared.js";

export default packageRules({ allow: ["node:child_process"] });
