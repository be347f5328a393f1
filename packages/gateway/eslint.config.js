import { packageRules } from "../../eslint.shared.js";

export default packageRules({ allow: ["node:http", "node:https", "node:net"] });
